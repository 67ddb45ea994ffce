import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AliasRecord } from "../../core/registry/records.ts";
import type { Deployment } from "../../core/routing/deployment.ts";
import { homePaths } from "../../local/local-environment.ts";
import {
  ask,
  championOf,
  endOf,
  eventsOf,
  predict,
  startTraining,
  statusWith,
  versionsOf,
} from "../fixtures/e2e/http.ts";
import { startLoad, startRequests } from "../fixtures/e2e/load.ts";
import { until } from "../fixtures/e2e/until.ts";
import { MODEL, makeWorld, type World } from "../fixtures/e2e/world.ts";
import { startWorldPlatform } from "../fixtures/e2e/world-platform.ts";

let world: World;
let platform: Awaited<ReturnType<typeof startWorldPlatform>>;
let url: string;
const instants: string[] = [];

const now = () => new Date().toISOString();
const start = async () => {
  platform = await startWorldPlatform(world);
  url = platform.url;
};
const promote = (version: number) =>
  ask<{ error?: string; message?: string }>(url, "PUT", `/api/models/${MODEL}/aliases/champion`, {
    version,
    why: "test",
  });

beforeAll(async () => {
  world = await makeWorld();
  await start();
  instants.push(now());
  await endOf(url, await startTraining(url));
  instants.push(now());
  await endOf(url, await startTraining(url));
  instants.push(now());
});
afterAll(async () => {
  await platform?.stop();
  await world.remove();
});

describe("a promotion", () => {
  it("under 50 connections in a closed loop fails no request and is seen within 5 s", async () => {
    await promote(1);
    await until("version 1 answers", async () => (await predict(url)).body.version === 1);
    const load = startLoad(url, 50);
    await until("load", () => load.answers.length > 500);

    const promotedAt = performance.now();
    expect((await promote(2)).status).toBe(200);
    const first = await until("version 2 answers", () =>
      load.answers.find(({ version }) => version === 2),
    );
    const seen = load.answers.length;
    await until("more load", () => load.answers.length > seen + 1_000);
    await load.stop();

    expect(new Set(load.answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(load.answers.map(({ version }) => version))).toEqual(new Set([1, 2]));
    expect(first.at - promotedAt).toBeLessThan(5_000);
    expect(load.answers.slice(-500).every(({ version }) => version === 2)).toBe(true);
    expect(platform.errors).toEqual([]);
  });

  it("is known for ever: who was champion at an instant", async () => {
    const at = async (instant: string) =>
      (await ask<AliasRecord>(url, "GET", `/api/models/${MODEL}/aliases/champion?at=${instant}`))
        .body.version;
    const moves = (await eventsOf(url)).filter(({ kind }) => kind === "alias-moved");

    expect(await Promise.all(instants.map(at))).toEqual([null, 1, 2]);
    // then back to 1 and forth to 2
    expect(await Promise.all(moves.map((move) => at(move.at)))).toEqual([2, 1, 2, 1]);
    expect(await at("1999-01-01T00:00:00Z")).toBeNull();
    expect(await at(now())).toBe(2);
  });
});

describe("promotion, rollout and rollback while requests run", () => {
  it("fail no request, and no version outside the deployment answers", async () => {
    const why = "test";
    const call = <T>(method: string, path: string, body?: object) =>
      ask<T>(url, method, `/api/models/${MODEL}${path}`, body);
    await promote(1);
    const requests = startRequests(url, () => platform.drainPredictions());
    await until("version 1 answers", () => requests.answers.at(-1)?.version === 1);
    const begun = requests.answers.length;

    // a canary that holds becomes champion by itself
    const { body } = await call<{ execution: string }>("POST", "/rollouts", {
      ...{ version: 2, why, steps: [0.3, 1], minutes: 0.02, minPredictions: 60 },
    });
    const ended = await endOf(url, body.execution);
    expect(ended).toMatchObject({ status: "succeeded" });
    expect(await championOf(url)).toBe(2);
    await until("version 2 answers alone", () =>
      requests.answers.slice(-200).every(({ version }) => version === 2),
    );

    // taken back in seconds
    const rolledBackAt = performance.now();
    expect(await call("POST", "/rollbacks", { why })).toEqual({
      status: 200,
      body: { rolledBack: "champion", from: 2, to: 1 },
    });
    const first = await until("version 1 answers again", () =>
      requests.answers.findLast(({ version, at }) => version === 1 && at > rolledBackAt + 100),
    );
    expect(first.at - rolledBackAt).toBeLessThan(5_000);
    const answers = await requests.stop();

    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(new Set(answers.slice(begun).map(({ version }) => version))).toEqual(new Set([1, 2]));
    const changes = (await eventsOf(url)).filter(({ kind }) => kind === "deployment-changed");
    expect(changes.map(({ from, to }) => `${from} -> ${to}`).toReversed()).toEqual([
      "champion alone -> canary 2: 30%",
      "canary 2: 30% -> canary 2: 100%",
      "canary 2: 100% -> champion alone",
      "champion alone -> champion alone",
    ]);
    expect(await call<Deployment>("GET", "/deployment")).toMatchObject({
      body: { champion: 1, revision: 4, challengers: [], shadows: [] },
    });
    expect(platform.errors).toEqual([]);
  });
});

describe("a version that is damaged in the store", () => {
  const graph = (version: number) =>
    join(homePaths.objects(world.home), `models/${MODEL}/versions/${version}/model.onnx`);

  /** Flips one bit in the middle. @returns the bytes as they were */
  const damage = async (path: string) => {
    const bytes = await readFile(path);
    const damaged = Buffer.from(bytes);
    const middle = damaged.length >> 1;
    damaged[middle] = (damaged[middle] ?? 0) ^ 1;
    await writeFile(path, damaged);
    return bytes;
  };

  it("is not promoted, and the alias stays", async () => {
    await promote(1);
    const whole = await damage(graph(2));

    const refused = await promote(2);

    expect(refused).toMatchObject({ status: 503, body: { error: "IntegrityError" } });
    expect(refused.body.message).toMatch(/model\.onnx has sha-256 \w{64}, its record says \w{64}/);
    expect(await championOf(url)).toBe(1);
    await writeFile(graph(2), whole);
    expect((await promote(2)).status).toBe(200);
  });

  it("goes on answering from memory; after a restart it is refused, clearly, and nothing changes", async () => {
    await until("version 2 answers", async () => (await predict(url)).body.version === 2);
    const versions = await versionsOf(url);
    const whole = await damage(graph(2));
    expect((await predict(url)).status).toBe(200);
    await platform?.stop();

    await start();

    const refused = await ask<{ message: string }>(url, "POST", `/models/${MODEL}/predictions`, {
      instances: [{}],
    });
    expect(refused).toMatchObject({ status: 503, body: { error: "IntegrityError" } });
    expect(refused.body.message).toMatch(/damaged/);
    expect(JSON.stringify(platform.errors)).toMatch(
      /version 2 of flights cannot be served.*model\.onnx/,
    );
    expect((await ask(url, "GET", `/v2/models/${MODEL}/ready`)).status).toBe(503);
    expect(await versionsOf(url)).toEqual(versions);
    expect(await championOf(url)).toBe(2);

    // what an operator does: back to the version before
    expect((await promote(1)).status).toBe(200);
    await until("version 1 answers", async () => (await predict(url)).body.version === 1, 15_000);
    await writeFile(graph(2), whole);
  });
});

describe("the control api", () => {
  it.each([
    ["GET", "/api", 404],
    ["GET", "/api/", 404],
    ["GET", "/api/nothing", 404],
    ["DELETE", "/api/models", 404],
    ["PATCH", `/api/models/${MODEL}`, 404],
    ["GET", "/api/models/%E0%A4%A", 400],
    ["GET", "/api/models/no-such-model", 404],
    ["GET", "/api/models/no-such-model/versions", 404],
    ["GET", "/api/models/no-such-model/runs", 404],
    ["GET", "/api/models/no-such-model/events", 404],
    ["GET", "/api/models/no-such-model/aliases/champion", 404],
    ["GET", "/api/models/no-such-model/aliases/champion?at=2026-01-01T00:00:00Z", 404],
    ["GET", `/api/models/${MODEL}/aliases/emperor`, 400],
    ["GET", `/api/models/${MODEL}/aliases/shadow`, 404],
    ["GET", `/api/models/${MODEL}/aliases/champion?at=yesterday`, 400],
    ["GET", `/api/models/${MODEL}/aliases/champion?at=`, 400],
    ["GET", `/api/models/${MODEL}/versions/one`, 400],
    ["GET", `/api/models/${MODEL}/versions/0`, 404],
    ["GET", `/api/models/${MODEL}/versions/-1`, 404],
    ["GET", `/api/models/${MODEL}/versions/99999999999`, 404],
    ["GET", `/api/models/${MODEL}/runs/no-such-run`, 404],
    ["GET", "/api/executions/no-such-execution", 404],
    ["GET", "/api/executions/__proto__", 404],
  ])("answers %s %s with %i", async (method, path, status) => {
    const answer = await ask<{ message: string }>(url, method, path);

    expect(answer.status, JSON.stringify(answer.body)).toBe(status);
    expect(answer.body.message).toMatch(/^\S.*[^.]$/);
  });

  const alias = `/api/models/${MODEL}/aliases/champion`;
  const deployment = `/api/models/${MODEL}/deployment`;
  it.each([
    ["POST", "/api/models/no-such-model/runs", "{}", 404],
    ["POST", "/api/models/no-such-model/checks", "{}", 404],
    ["POST", `/api/models/${MODEL}/runs`, "{", 400],
    ["POST", `/api/models/${MODEL}/runs`, "[]", 400],
    ["POST", `/api/models/${MODEL}/runs`, "null", 400],
    ["POST", `/api/models/${MODEL}/runs`, '{"reason":""}', 400],
    ["POST", `/api/models/${MODEL}/runs`, '{"seed":1}', 400],
    ["POST", `/api/models/${MODEL}/checks`, '{"until":"noon"}', 400],
    ["PUT", alias, "", 400],
    ["PUT", alias, '{"version":"2","why":"x"}', 400],
    ["PUT", alias, '{"version":1.5,"why":"x"}', 400],
    ["PUT", alias, '{"version":1}', 400],
    ["PUT", alias, '{"version":77,"why":"x"}', 404],
    ["PUT", alias, '{"version":99999999999,"why":"x"}', 404],
    ["PUT", `/api/models/${MODEL}/aliases/emperor`, '{"version":1,"why":"x"}', 400],
    ["PUT", "/api/models/no-such-model/aliases/champion", '{"version":1,"why":"x"}', 404],
    ["PUT", deployment, '{"shadows":["emperor"],"why":"x"}', 400],
    ["PUT", deployment, '{"shadows":["challenger"],"why":"x"}', 400],
    ["PUT", deployment, '{"shadows":[77],"why":"x"}', 404],
    ["PUT", deployment, '{"challengers":[{"version":2,"share":1.5}],"why":"x"}', 400],
    ["PUT", deployment, '{"shadows":[2],"why":"x","revision":99}', 409],
    ["POST", `/api/models/${MODEL}/rollouts`, '{"version":"emperor","why":"x"}', 400],
    ["POST", `/api/models/${MODEL}/rollouts`, '{"version":2,"why":"x","steps":[2]}', 400],
    ["POST", "/api/models/no-such-model/rollbacks", '{"why":"x"}', 404],
  ])("answers %s %s of %s with %i", async (method, path, body, status) => {
    const response = await fetch(`${url}${path}`, { method, ...(body === "" ? {} : { body }) });

    const answer = (await response.json()) as { message: string };
    expect(response.status, JSON.stringify(answer)).toBe(status);
    expect(answer.message).toMatch(/^\S.*[^.]$/);
  });

  it("answers what is longer than any name or order", async () => {
    const long = "x".repeat(5_000);
    const order = { reason: "x".repeat(70_000) };

    expect((await ask(url, "GET", `/api/models/${long}`)).status).toBe(404);
    expect((await ask(url, "GET", `/api/models/${MODEL}/runs/${long}`)).status).toBe(404);
    expect((await ask(url, "POST", `/api/models/${MODEL}/runs`, order)).status).toBe(413);
  });

  it.each([
    ["origin", "https://evil.example"],
    ["origin", "null"],
    ["host", "evil.example:4700"],
    ["host", "localhost.evil.example"],
  ])("refuses a request with %s %s", async (name, value) => {
    const status = await statusWith(`${url}/api/models`, { [name]: value });

    expect(status).toBe(403);
  });

  it("logged no unexpected error in all of that", () => {
    expect(
      platform.errors.filter((line) => !JSON.stringify(line).includes("IntegrityError")),
    ).toEqual([]);
  });
});
