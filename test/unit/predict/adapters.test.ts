import { describe, expect, it } from "vitest";
import { makeHandler } from "../../../functions/predict/handler.ts";
import { httpEvent } from "../../fixtures/http-event.ts";
import { MODEL, servingWorld } from "../../fixtures/serving-world.ts";

const NAMES = ["date", "distance", "origin", "destination"];
const ROW = ["2001-06-03T17:10:00Z", 1745, "ORD", "LAX"];
const FLIGHT = Object.fromEntries(NAMES.map((name, i) => [name, ROW[i]]));
const COLUMNS = Object.fromEntries(NAMES.map((name, i) => [name, [ROW[i], ROW[i]]]));
const TARGET = { "x-amzn-sagemaker-target-model": MODEL };
// sigmoid(1.745)
const ANSWER = { label: 1, probability: expect.closeTo(0.851322, 5) };

function setUp(models: readonly string[] = [MODEL]) {
  const world = servingWorld();
  world.promote(world.publish({ weights: { distance: 0.001, hour: 0 } }));
  const registry = {
    ...world.deps.registry,
    models: async () => models.map((model) => ({ model }) as never),
  };
  const handler = makeHandler({ ...world.deps, registry });
  const call = async (...event: Parameters<typeof httpEvent>) => {
    const { statusCode, body } = await handler(httpEvent(...event));
    return { status: statusCode, body: JSON.parse(body ?? "null") };
  };
  return { ...world, call };
}

describe("KServe V1", () => {
  it.each([
    ["rows by name", [FLIGHT]],
    ["rows by place", [ROW]],
  ])("answers %s", async (_name, instances) => {
    const { call } = setUp();

    expect(await call("POST", `/v1/models/${MODEL}:predict`, { instances })).toEqual({
      status: 200,
      body: { predictions: [{ predictionId: "id1-0", ...ANSWER }] },
    });
  });

  it("tells models, and whether one is ready", async () => {
    const { call } = setUp();

    expect((await call("GET", "/v1/models")).body).toEqual({ models: [MODEL] });
    expect((await call("GET", `/v1/models/${MODEL}`)).body).toEqual({ name: MODEL, ready: true });
    expect((await call("GET", "/v1/models/invented")).status).toBe(404);
  });

  it.each([
    ["no list", {}],
    ["a list", []],
    ["a row that is too short", { instances: [ROW.slice(1)] }],
    ["a row of the wrong types", { instances: [ROW.toReversed()] }],
  ])("fails on %s with 400 and one text", async (_name, body) => {
    const { call } = setUp();

    expect(await call("POST", `/v1/models/${MODEL}:predict`, body)).toEqual({
      status: 400,
      body: { error: expect.any(String) },
    });
  });
});

describe("POST /invocations", () => {
  it.each([
    ["dataframe_split", { dataframe_split: { columns: NAMES, index: [0, 1], data: [ROW, ROW] } }],
    ["dataframe_records", { dataframe_records: [FLIGHT, FLIGHT] }],
    ["instances", { instances: [FLIGHT, ROW] }],
    ["inputs by column", { inputs: COLUMNS, params: { a: 1 } }],
    ["inputs by row", { inputs: [ROW, FLIGHT] }],
  ])("answers %s", async (_name, body) => {
    const { call } = setUp();

    const answer = await call("POST", "/invocations", body);

    expect(answer.status).toBe(200);
    expect(answer.body.predictions).toMatchObject([ANSWER, ANSWER]);
  });

  it.each([
    [
      "with a header",
      `distance,date,destination,origin\r\n1745,2001-06-03T17:10:00Z,LAX,"O,"""\r\n`,
    ],
    ["without one", "2001-06-03T17:10:00Z,1745,ORD,LAX"],
  ])("answers csv %s", async (_name, text) => {
    const { call } = setUp();
    const headers = { "content-type": "text/csv; charset=utf-8" };

    const answer = await call("POST", "/invocations", text, { headers });

    expect(answer.body.predictions).toMatchObject([ANSWER]);
  });

  it.each([
    ["none of its forms", { rows: [] }],
    ["two of its forms", { instances: [FLIGHT], inputs: COLUMNS }],
    ["no object", 5],
    ["columns that are no texts", { dataframe_split: { columns: [1], data: [[1]] } }],
    ["data that is no list", { dataframe_split: { columns: NAMES, data: 1 } }],
    ["a row of another length", { dataframe_split: { columns: NAMES, data: [[1]] } }],
    ["columns of two lengths", { inputs: { ...COLUMNS, date: [] } }],
    ["columns that are no lists", { inputs: { date: 1 } }],
    ["no columns", { inputs: {} }],
    [
      "a column that changes objects",
      { dataframe_split: { columns: ["__proto__"], data: [[{ x: 1 }]] } },
    ],
  ])("fails with 400 on %s", async (_name, body) => {
    const { call } = setUp();

    expect((await call("POST", "/invocations", body)).status).toBe(400);
    expect({}).not.toHaveProperty("x");
  });

  it.each([
    [
      "a version of the model that the header names",
      { "x-amzn-sagemaker-target-model": `${MODEL}/1` },
      200,
    ],
    ["a version that is none", { "x-amzn-sagemaker-target-model": `${MODEL}/x` }, 404],
    ["a model that is none", { "x-amzn-sagemaker-target-model": "../x" }, 404],
    ["the model that the header names, of two", TARGET, 200],
    ["nobody where there are two models", {}, 400],
  ])("asks %s", async (_name, headers: Record<string, string>, status) => {
    const { call } = setUp([MODEL, "other"]);

    const answer = await call("POST", "/invocations", { instances: [FLIGHT] }, { headers });

    expect(answer.status).toBe(status);
  });

  it("is live", async () => {
    expect(await setUp().call("GET", "/ping")).toEqual({ status: 200, body: { status: "ok" } });
  });
});

describe("requests of other servers' clients", () => {
  it.each([
    ["the path of KServe", `/v1/models/${MODEL}:predict`, {}, MODEL],
    ["the path of a repository", `/v2/repository/models/${MODEL}/load`, {}, MODEL],
    ["the header of an invocation", "/invocations", TARGET, MODEL],
    [
      "a header that names nobody",
      "/invocations",
      { "x-amzn-sagemaker-target-model": "x" },
      "unknown",
    ],
    ["no header", "/invocations", {}, "none"],
    ["a header that means nothing here", "/ping", TARGET, "none"],
  ])("are counted under the model of %s", async (_name, path, headers, model) => {
    const { call, metrics, runTasks } = setUp();
    await call("POST", `/v1/models/${MODEL}:predict`, { instances: [FLIGHT] });
    await runTasks();
    metrics.splice(0);

    await call("POST", path, {}, { headers });
    await runTasks();

    expect(metrics.map(({ dimensions }) => dimensions)).toEqual([{ Model: model }]);
  });
});

describe("the model repository", () => {
  it("lists models with what they can do", async () => {
    const { call } = setUp([MODEL, "new"]);
    const ready = { name: MODEL, version: "1", state: "READY", reason: "" };
    const index = (body?: unknown) => call("POST", "/v2/repository/index", body);

    expect((await index()).body).toEqual([
      ready,
      { name: "new", state: "UNAVAILABLE", reason: "it has no champion; promote a version" },
    ]);
    expect((await index({ ready: true })).body).toEqual([ready]);
    expect((await index({ ready: 1 })).status).toBe(400);
  });

  it("loads a model where it is asked, and refuses to unload one", async () => {
    const { call, calls } = setUp();
    const repository = (path: string) => call("POST", `/v2/repository/models/${path}`);

    expect(await repository(`${MODEL}/load`)).toEqual({ status: 200, body: {} });
    expect(calls.loads).toBe(1);
    expect((await repository("invented/load")).status).toBe(404);
    expect(await repository(`${MODEL}/unload`)).toEqual({
      status: 400,
      body: { error: expect.stringContaining("not unloaded") },
    });
  });
});
