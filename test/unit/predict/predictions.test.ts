import { describe, expect, it } from "vitest";
import { parsePredictionMessage } from "../../../core/inference/prediction-message.ts";
import { makeHandler } from "../../../functions/predict/handler.ts";
import { httpEvent } from "../../fixtures/http-event.ts";
import { MODEL, servingWorld } from "../../fixtures/serving-world.ts";

const PATH = `/models/${MODEL}/predictions`;
const FLIGHT = { date: "2001-06-03T17:10:00Z", origin: "ORD", destination: "LAX", distance: 1745 };

function setUp() {
  const world = servingWorld();
  world.promote(world.publish({ weights: { distance: 0.001, hour: 0.1 } }));
  const handler = makeHandler(world.deps);
  const call = async (...event: Parameters<typeof httpEvent>) => {
    const { statusCode, headers, body } = await handler(httpEvent(...event));
    return { statusCode, headers, body: JSON.parse(body ?? "null") };
  };
  const predict = (instances: unknown) => call("POST", PATH, { instances });
  return { ...world, call, predict };
}

describe("POST /models/{model}/predictions", () => {
  it("answers with model, version, alias and a prediction for each instance", async () => {
    const { predict } = setUp();

    const answer = await predict([
      FLIGHT,
      { ...FLIGHT, distance: 0, date: "2001-06-03T00:00:00Z" },
    ]);

    expect(answer.statusCode).toBe(200);
    expect(answer.body).toMatchObject({ model: MODEL, version: 1, alias: "champion" });
    const [first, second] = answer.body.predictions;
    // weekday is 0 (a Sunday): logit = 0.001 * 1745 + 0.1 * (17 + 10 / 60) = 3.4616667
    expect(first).toEqual({ predictionId: "id1-0", label: 1, probability: expect.any(Number) });
    expect(first.probability).toBeCloseTo(0.969581, 5);
    expect(second).toEqual({ predictionId: "id1-1", label: 1, probability: 0.5 });
  });

  it("answers for an airport that the model never saw", async () => {
    const { predict } = setUp();

    expect((await predict([{ ...FLIGHT, origin: "XXXX" }])).statusCode).toBe(200);
  });

  it("logs predictions after the answer, with what the graph saw", async () => {
    const { predict, messages, runTasks } = setUp();

    await predict([FLIGHT]);
    expect(messages).toEqual([]);
    await runTasks();

    expect(parsePredictionMessage(messages[0] ?? "")).toEqual({
      inputs: {
        distance: "number",
        origin: "category",
        destination: "category",
        hour: "number",
        weekday: "number",
      },
      records: [
        {
          predictionId: "id1-0",
          time: "2001-06-03T12:00:00.000Z",
          model: MODEL,
          version: 1,
          alias: "champion",
          requestId: "request-1",
          features: {
            distance: 1745,
            origin: "ORD",
            destination: "LAX",
            hour: Math.fround(17 + 10 / 60),
            weekday: 0,
          },
          score: expect.closeTo(0.969581, 5),
          label: 1,
          route: "champion",
          latencyMs: 0,
        },
      ],
    });
  });

  it("answers with a pinned version, whatever the champion is", async () => {
    const { call, publish } = setUp();
    publish({ bias: -2, weights: { distance: 0, hour: 0, weekday: 0 } });

    const answer = await call("POST", `/models/${MODEL}/versions/2/predictions`, {
      instances: [FLIGHT],
    });

    expect(answer.body).toMatchObject({ version: 2, alias: "pinned" });
    expect(answer.body.predictions[0].probability).toBeCloseTo(0.119203, 5);
  });

  it("echoes x-request-id, and gives its own where none or a wild one was sent", async () => {
    const { call } = setUp();
    const idFor = async (headers: Record<string, string>) =>
      (await call("POST", PATH, { instances: [] }, { headers })).headers?.["x-request-id"];

    expect(await idFor({ "x-request-id": "trace-7" })).toBe("trace-7");
    expect(await idFor({})).toBe("request-1");
    expect(await idFor({ "x-request-id": "a\nb" })).toBe("request-1");
  });

  it("takes a base64 body", async () => {
    const { call } = setUp();
    const body = Buffer.from(JSON.stringify({ instances: [FLIGHT] })).toString("base64");

    expect((await call("POST", PATH, body, { isBase64Encoded: true })).statusCode).toBe(200);
  });

  it("fails with the path of every wrong field", async () => {
    const { predict } = setUp();

    const answer = await predict([
      { date: "2001-06-03 17:10", origin: 5, destination: "LAX", distance: "1745", delay: 3 },
      { ...FLIGHT, distance: 10_001 },
    ]);

    expect(answer.statusCode).toBe(400);
    expect(answer.body.error).toBe("InvalidInputError");
    expect(answer.body.issues).toEqual([
      { path: "instances[0].date", message: expect.stringContaining("RFC 3339") },
      {
        path: "instances[0].distance",
        message: 'must be a finite number, got the string "1745"',
      },
      { path: "instances[0].origin", message: "must be a string, got the number 5" },
      { path: "instances[0].delay", message: expect.stringContaining("is not a field") },
      { path: "instances[1].distance", message: "must be at most 10000, got the number 10001" },
    ]);
  });

  it.each([
    ["NaN", `{"instances":[{"distance":NaN}]}`, /not JSON: .*N/],
    ["broken JSON", `{"instances":[`, /not JSON/],
    ["no body", "", /no body/],
    ["a list", "[]", /must be an object/],
    ["an unknown field beside instances", `{"instances":[],"model":"x"}`, /unknown field model/],
    ["no instances", "{}", /instances must be a list of at least one object, got nothing/],
    ["an empty list", `{"instances":[]}`, /got an empty list/],
    ["an instance that is no object", `{"instances":[7]}`, /instances\[0\] must be an object/],
  ])("fails with 400 on %s", async (_name, body, message) => {
    const { call } = setUp();

    const answer = await call("POST", PATH, body);

    expect(answer.statusCode).toBe(400);
    expect(answer.body.message).toMatch(message);
  });

  it("fails with 400 on a body that is not UTF-8", async () => {
    const { call } = setUp();
    const body = Buffer.from([0x7b, 0xff, 0x7d]).toString("base64");

    const answer = await call("POST", PATH, body, { isBase64Encoded: true });

    expect(answer).toMatchObject({ statusCode: 400, body: { message: "body is not UTF-8" } });
  });

  it.each([
    ["as text", false],
    ["as base64", true],
  ])("fails with 413 on 10 MB of body %s", async (_name, isBase64Encoded) => {
    const { call } = setUp();
    const text = `{"instances":"${"x".repeat(10_000_000)}"}`;
    const body = isBase64Encoded ? Buffer.from(text).toString("base64") : text;

    const answer = await call("POST", PATH, body, { isBase64Encoded });

    expect(answer).toMatchObject({ statusCode: 413, body: { error: "TooLargeError" } });
  });

  it("fails with 413 on more than 10,000 instances", async () => {
    const { predict } = setUp();

    expect((await predict(Array(10_001).fill(FLIGHT))).statusCode).toBe(413);
  });

  it.each([
    ["an unknown model", "/models/no-such-model/predictions"],
    ["a name that no model can have", "/models/No%20Such/predictions"],
    ["an unknown version", `/models/${MODEL}/versions/99/predictions`],
    ["a version that is no number", `/models/${MODEL}/versions/latest/predictions`],
    ["an unknown path", "/models"],
  ])("fails with 404 on %s", async (_name, path) => {
    const { call } = setUp();

    const answer = await call("POST", path, { instances: [FLIGHT] });

    expect(answer).toMatchObject({ statusCode: 404, body: { error: "NotFoundError" } });
  });

  it("fails with 404 on a rejected version, with the reason", async () => {
    const { call, publish } = setUp();
    publish({ status: "rejected" });

    const answer = await call("POST", `/models/${MODEL}/versions/2/predictions`, {
      instances: [FLIGHT],
    });

    expect(answer.statusCode).toBe(404);
    expect(answer.body.message).toContain("rocAuc 0.5 is below 0.62");
  });

  it("fails with 405 and Allow on another method", async () => {
    const { call } = setUp();

    const answer = await call("GET", PATH);

    expect(answer.statusCode).toBe(405);
    expect(answer.headers?.allow).toBe("POST");
  });

  it("fails with 503 and Retry-After while the model has no champion", async () => {
    const world = servingWorld();
    const handler = makeHandler(world.deps);

    const answer = await handler(httpEvent("POST", PATH, { instances: [FLIGHT] }));

    expect(answer.statusCode).toBe(503);
    expect(answer.headers?.["retry-after"]).toBe("5");
    expect(answer.body).toMatch(/has no champion yet; promote a version/);
    expect(world.logged).toEqual([]);
  });

  it("logs as null what the graph saw as missing", async () => {
    const world = servingWorld();
    const code = "export const hour = () => null; export const weekday = () => 0;";
    world.promote(world.publish({ code }));

    await makeHandler(world.deps)(httpEvent("POST", PATH, { instances: [FLIGHT] }));
    await world.runTasks();

    const [record] = parsePredictionMessage(world.messages[0] ?? "").records;
    expect(record?.features).toMatchObject({ hour: null, weekday: 0, origin: "ORD" });
  });

  it("fails with 503 on a damaged version, its digests in the log only", async () => {
    const world = servingWorld();
    const version = world.publish();
    world.store.objects.set(`models/${MODEL}/versions/${version}/model.onnx`, Uint8Array.of(1));
    const path = `/models/${MODEL}/versions/${version}/predictions`;

    const answer = await makeHandler(world.deps)(httpEvent("POST", path, { instances: [FLIGHT] }));

    expect(answer.statusCode).toBe(503);
    expect(JSON.parse(answer.body ?? "")).toEqual({
      error: "IntegrityError",
      message:
        "this version is damaged and is not served; try again later, or name another version",
    });
    expect(world.logged).toEqual([
      expect.objectContaining({ message: expect.stringMatching(/model\.onnx has sha-256/) }),
    ]);
  });

  it("fails with a bare 500 on a bug, and logs it with the request's id", async () => {
    const world = servingWorld();
    world.promote(world.publish());
    const newId = () => {
      throw new Error("secret detail");
    };
    const handler = makeHandler({ ...world.deps, newId });

    const answer = await handler(httpEvent("POST", PATH, { instances: [FLIGHT] }));

    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain("secret");
    expect(world.logged).toEqual([
      expect.objectContaining({
        function: "predict",
        requestId: "request-1",
        message: "secret detail",
        stack: expect.stringContaining("newId"),
      }),
    ]);
  });

  it("counts requests by model; names that nothing is served under are one", async () => {
    const { predict, call, metrics, runTasks } = setUp();

    await predict([FLIGHT]);
    await predict([]);
    await call("POST", "/models/invented/predictions", { instances: [FLIGHT] });
    await runTasks();

    const counted = metrics.map(({ dimensions, metrics: some }) => ({
      ...dimensions,
      ...Object.fromEntries(some.map(({ name, value }) => [name, value])),
    }));
    expect(counted).toEqual([
      { Model: MODEL, Requests: 1, Errors: 0, Rejections: 0, LatencyMs: 0 },
      { Model: MODEL, Requests: 1, Errors: 0, Rejections: 1, LatencyMs: 0 },
      { Model: "unknown", Requests: 1, Errors: 0, Rejections: 1, LatencyMs: 0 },
    ]);
  });
});

describe("GET /models/{model}/schema", () => {
  it.each([`/models/${MODEL}/schema`, `/models/${MODEL}/versions/1/schema`])(
    "%s is the JSON Schema of what the version takes",
    async (path) => {
      const { call } = setUp();

      const { statusCode, body } = await call("GET", path);

      expect(statusCode).toBe(200);
      const { items } = body.properties.instances;
      expect(items.required).toEqual(["date", "distance", "origin", "destination"]);
      expect(items.properties.date).toMatchObject({ type: "string", format: "date-time" });
    },
  );

  it("fails with 404 for a model that is not there", async () => {
    const { call } = setUp();

    expect((await call("GET", "/models/nobody/schema")).statusCode).toBe(404);
  });
});
