import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AccessToken } from "../../../core/access/access-token.ts";
import { tokenText } from "../../../core/access/access-token.ts";
import { parsePredictionMessage } from "../../../core/inference/prediction-message.ts";
import { sha256 } from "../../../engine/sha256.ts";
import type { Access } from "../../../functions/middleware/access.ts";
import { makeHandler } from "../../../functions/predict/handler.ts";
import { httpEvent } from "../../fixtures/http-event.ts";
import { MODEL, servingWorld } from "../../fixtures/serving-world.ts";

const FLIGHT = { date: "2001-06-03T17:10:00Z", origin: "ORD", destination: "LAX", distance: 1745 };
const PREDICT = `/models/${MODEL}/predictions`;
const SECRET = "s".repeat(43);
const FORGED = "f".repeat(43);
const SHOP: AccessToken = {
  id: "abcdefghijklmnop",
  secretHash: sha256(SECRET),
  name: "shop",
  models: [MODEL],
  actions: ["predict", "read"],
  createdAt: "2001-01-01T00:00:00Z",
  created: { by: "ops", why: "the shop asks" },
  expiresAt: "2002-01-01T00:00:00Z",
};

const bearer = (secret = SECRET) => ({
  authorization: `Bearer ${tokenText({ id: SHOP.id, secret })}`,
});

/** @param changes to the one token that there is. */
function setUp(changes: Partial<AccessToken> = {}, access?: Access) {
  const world = servingWorld();
  world.promote(world.publish());
  const token = { ...SHOP, ...changes };
  const tokens = { find: async (id: string) => (id === token.id ? token : undefined) };
  const handler = makeHandler({
    ...world.deps,
    access: access ?? { mode: "tokens", tokens, sha256 },
  });
  const ask = async (method: string, path: string, headers: Record<string, string> = {}) => {
    const instances = path.startsWith("/v2/repository") ? undefined : [FLIGHT];
    const body = method === "POST" ? { instances } : undefined;
    return handler(httpEvent(method, path, body, { headers }));
  };
  return { ...world, handler, ask };
}

/** Texts that look like tokens, more or less. */
const madeUp = fc.oneof(
  fc.string(),
  fc.string().map((text) => `Bearer ${text}`),
  fc
    .tuple(fc.stringMatching(/^[0-9a-z]{16}$/), fc.stringMatching(/^[A-Za-z0-9_-]{43}$/))
    .map(([id, secret]) => `Bearer ${tokenText({ id, secret })}`),
  fc.constantFrom(bearer(FORGED).authorization, `${bearer().authorization} `, "Bearer mrt__"),
);
const anyPath = fc.oneof(
  fc.constantFrom(PREDICT, `/v2/models/${MODEL}/infer`, "/v2", "/openapi.json", "/invocations"),
  fc.webPath(),
);

describe("whoever shows no good token", () => {
  it("learns nothing, whatever is sent, and causes no fault", async () => {
    const { handler, logged, calls, messages } = setUp();

    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("GET", "POST", "PUT", "HEAD"),
        anyPath,
        fc.option(madeUp, { nil: undefined }),
        fc.string(),
        async (method, path, authorization, body) => {
          fc.pre(!["/ping", "/v2/health/live", "/v2/health/ready"].includes(path));
          const headers = authorization === undefined ? {} : { authorization };
          const answer = await handler(httpEvent(method, path, body, { headers }));
          expect([401, 429]).toContain(answer.statusCode);
          expect(answer.body).not.toContain(MODEL);
        },
      ),
      { numRuns: 300 },
    );

    expect(logged).toEqual([]);
    expect(calls.loads).toBe(0);
    expect(messages).toEqual([]);
  });
});

describe("an endpoint that asks for tokens", () => {
  it("answers who has one, whose name goes into the log and whose secret goes nowhere", async () => {
    const { ask, runTasks, messages, logged, metrics } = setUp();

    const { statusCode } = await ask("POST", PREDICT, bearer());

    expect(statusCode).toBe(200);
    await runTasks();
    expect(parsePredictionMessage(messages[0] ?? "").records[0]?.caller).toBe("shop");
    expect(JSON.stringify([messages, logged, metrics])).not.toContain(SECRET);
  });

  it.each<[string, Record<string, string>, Partial<AccessToken>, number]>([
    ["no token", {}, {}, 401],
    ["another scheme", { authorization: "Basic c2hvcDpzaG9w" }, {}, 401],
    ["a forged secret", bearer(FORGED), {}, 401],
    ["an unknown id", bearer(), { id: "0000000000000000" }, 401],
    ["an expired token", bearer(), { expiresAt: "2001-06-03T12:00:00Z" }, 401],
    ["a revoked token", bearer(), { revokedAt: "2001-06-03T11:00:00Z" }, 401],
    [
      "two headers, joined",
      { authorization: `${bearer().authorization},${bearer().authorization}` },
      {},
      401,
    ],
    ["a token for another model", bearer(), { models: ["churn"] }, 403],
    ["a token for another action", bearer(), { actions: ["read"] }, 403],
  ])("refuses %s, and scores nothing", async (_, headers, changes, status) => {
    const { ask, calls, runTasks, messages } = setUp(changes);

    const answer = await ask("POST", PREDICT, headers);

    expect(answer.statusCode).toBe(status);
    expect(answer.headers?.["www-authenticate"]).toEqual(
      status === 401 ? expect.stringMatching(/^Bearer/) : undefined,
    );
    await runTasks();
    expect([calls.loads, messages]).toEqual([0, []]);
  });

  it.each([
    ...["//models/flight-delay/predictions", "/ping/", "/v2/health/ready/../models"],
    ...["/models/%66light-delay/predictions", "/MODELS/flight-delay/predictions", "/PING"],
    ...["/models", "/v2", "/v2/models/flight-delay/ready", "/openapi.json", "/docs", "/nothing"],
  ])("tells nothing at %s without a token", async (path) => {
    const { ask, calls } = setUp();
    for (const method of ["GET", "POST", "HEAD", "PUT"]) {
      const { statusCode, body = "" } = await ask(method, path);
      expect(statusCode).toBe(401);
      expect(body).not.toContain(MODEL);
    }
    expect(calls).toEqual({ registry: 0, loads: 0 });
  });

  it.each(["/ping", "/v2/health/live", "/v2/health/ready"])(
    "answers %s to everybody",
    async (path) => {
      expect((await setUp().ask("GET", path)).statusCode).toBe(200);
    },
  );

  it("lists to a token the models that it opens", async () => {
    const own = await setUp().ask("POST", "/v2/repository/index", bearer());
    const others = await setUp({ models: ["churn"] }).ask("POST", "/v2/repository/index", bearer());

    expect(own.body).toContain(MODEL);
    expect([others.statusCode, others.body]).toEqual([200, expect.not.stringContaining(MODEL)]);
  });

  it("answers 429 with Retry-After beyond the rate of a token, until it has passed", async () => {
    const { ask, pass } = setUp({ requestsPerSecond: 1 });
    expect((await ask("POST", PREDICT, bearer())).statusCode).toBe(200);

    const second = await ask("POST", PREDICT, bearer());

    expect([second.statusCode, second.headers?.["retry-after"]]).toEqual([429, "1"]);
    pass(1_000);
    expect((await ask("POST", PREDICT, bearer())).statusCode).toBe(200);
  });

  it("answers 503 where tokens cannot be read", async () => {
    const find = async () => {
      throw new Error("table is gone");
    };
    const { ask } = setUp({}, { mode: "tokens", tokens: { find }, sha256 });

    expect((await ask("POST", PREDICT, bearer())).statusCode).toBe(503);
  });
});

describe("an endpoint behind AWS_IAM", () => {
  const USER = "arn:aws:iam::123456789012:user/shop";
  const signed = () => {
    const event = httpEvent("POST", PREDICT, { instances: [FLIGHT] });
    Object.assign(event.requestContext, { authorizer: { iam: { userArn: USER } } });
    return event;
  };

  it("answers who invokes the function without its URL, and names nobody", async () => {
    const { ask, runTasks, messages } = setUp({}, { mode: "iam", requestsPerSecond: 1 });

    const statuses = [await ask("POST", PREDICT), await ask("POST", PREDICT)];

    expect(statuses.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
    await runTasks();
    expect(parsePredictionMessage(messages[0] ?? "").records[0]?.caller).toBeUndefined();
  });

  it("answers a principal, tells it to the log and keeps its rate", async () => {
    const { handler, runTasks, messages } = setUp({}, { mode: "iam", requestsPerSecond: 1 });

    const statuses = [await handler(signed()), await handler(signed())].map((a) => a.statusCode);

    expect(statuses).toEqual([200, 429]);
    await runTasks();
    expect(parsePredictionMessage(messages[0] ?? "").records[0]?.caller).toBe(USER);
  });
});
