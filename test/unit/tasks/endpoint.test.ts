import { describe, expect, it } from "vitest";
import type { TaskType } from "../../../core/definition/task.ts";
import { makeHandler } from "../../../functions/predict/handler.ts";
import { httpEvent } from "../../fixtures/http-event.ts";
import { MODEL } from "../../fixtures/serving-world.ts";
import type { TaskGraphOptions } from "../../fixtures/task-graph.ts";
import { CLASSES, TASK_TYPES, taskWorld } from "../../fixtures/task-worlds.ts";

/** Midnight of a Sunday, so that hour and weekday are 0. */
const FLIGHT = { date: "2001-06-03T00:00:00Z", distance: 1000, origin: "ORD", destination: "LAX" };
const FAR = { ...FLIGHT, distance: 2000 };

function setUp(type: TaskType, options?: TaskGraphOptions) {
  const world = taskWorld(type, options);
  const handler = makeHandler(world.deps);
  const call = async (...event: Parameters<typeof httpEvent>) => {
    const { statusCode, body } = await handler(httpEvent(...event));
    return { statusCode, body: JSON.parse(body ?? "null") };
  };
  const predict = (...instances: readonly object[]) =>
    call("POST", `/models/${MODEL}/predictions`, { instances });
  const infer = (outputs?: readonly string[]) =>
    call("POST", `/v2/models/${MODEL}/infer`, {
      inputs: [
        { name: "date", shape: [2], datatype: "BYTES", data: [FLIGHT.date, FAR.date] },
        { name: "distance", shape: [2], datatype: "FP64", data: [1000, 2000] },
        { name: "origin", shape: [2], datatype: "BYTES", data: ["ORD", "ORD"] },
        { name: "destination", shape: [2], datatype: "BYTES", data: ["LAX", "LAX"] },
      ],
      ...(outputs && { outputs: outputs.map((name) => ({ name })) }),
    });
  return { ...world, call, predict, infer };
}

/** Weights of powers of two, so that what is answered is exact in 32 bits. */
const NUMBERS = { bias: [1, 0, 10], weights: { distance: [0.5, 0.25, 0.125] } };
const LOGITS = { weights: { distance: [0, Math.log(2) / 1000, Math.log(5) / 1000] } };

describe("the endpoint answers plain requests", () => {
  it("to a model of classes with the class by name and every class's probability", async () => {
    const { body } = await setUp("multiclass", LOGITS).predict(FLIGHT, FAR);

    // 1, 2 and 5 of 8; then 1, 4 and 25 of 30
    expect(body).toMatchObject({
      version: 1,
      alias: "champion",
      predictions: [
        { predictionId: "id1-0", label: "late, or never", probability: expect.closeTo(0.625, 6) },
        { predictionId: "id1-1", label: "late, or never", probability: expect.closeTo(25 / 30, 6) },
      ],
    });
    expect(body.predictions[0].probabilities).toEqual({
      early: expect.closeTo(0.125, 6),
      "on time": expect.closeTo(0.25, 6),
      "late, or never": body.predictions[0].probability,
    });
  });

  it("to a model of numbers with the number and its quantiles", async () => {
    const { body } = await setUp("regression", NUMBERS).predict(FLIGHT, FAR);

    expect(body.predictions).toEqual([
      { predictionId: "id1-0", prediction: 501, quantiles: { "0.1": 250, "0.9": 135 } },
      { predictionId: "id1-1", prediction: 1001, quantiles: { "0.1": 500, "0.9": 260 } },
    ]);
  });

  it("to a model of ranks with the score", async () => {
    const { body } = await setUp("ranking", { weights: { distance: [-0.5] } }).predict(FLIGHT, FAR);

    expect(body.predictions).toEqual([
      { predictionId: "id1-0", score: -500 },
      { predictionId: "id1-1", score: -1000 },
    ]);
  });

  it.each(TASK_TYPES)("to a %s model by one and the same schema of requests", async (type) => {
    const { body } = await setUp(type).call("GET", `/models/${MODEL}/schema`);

    const { items } = body.properties.instances;
    expect(Object.keys(items.properties).sort()).toEqual(Object.keys(FLIGHT).sort());
    expect(items.required.toSorted()).toEqual(Object.keys(FLIGHT).sort());
  });

  it.each(TASK_TYPES)("of a %s model with 503 where the graph gives no number", async (type) => {
    const { publishLinear, call, logged } = setUp(type);
    // A row of no number scores well, so the version loads.
    const version = publishLinear({ weights: { distance: [1e308, 1e308, 1e308] } });

    const { statusCode, body } = await call(
      "POST",
      `/models/${MODEL}/versions/${version}/predictions`,
      { instances: [{ ...FLIGHT, distance: 10_000 }] },
    );

    // Infinite log-odds are a probability of 1; of two of them and more there is none.
    expect(statusCode).toBe(type === "binary" ? 200 : 503);
    if (type === "binary") return expect(body.predictions[0].probability).toBe(1);
    expect(body.error).toBe("IntegrityError");
    expect(JSON.stringify(logged)).toMatch(/answered (NaN|Infinity) to row 0 of 1/);
  });
});

describe("the endpoint answers the Open Inference Protocol", () => {
  it.each([
    [
      "multiclass",
      [
        { name: "label", datatype: "BYTES", shape: [-1] },
        { name: "probabilities", datatype: "FP32", shape: [-1, 3] },
      ],
    ],
    [
      "regression",
      [
        { name: "prediction", datatype: "FP32", shape: [-1] },
        { name: "quantiles", datatype: "FP32", shape: [-1, 2] },
      ],
    ],
    ["ranking", [{ name: "score", datatype: "FP32", shape: [-1] }]],
  ] as const)("with the outputs of a %s model in its metadata", async (type, outputs) => {
    const { body } = await setUp(type).call("GET", `/v2/models/${MODEL}`);

    expect(body.outputs).toEqual(outputs);
    expect(body.inputs.map(({ name }: { name: string }) => name).sort()).toEqual(
      Object.keys(FLIGHT).sort(),
    );
  });

  it("with class names and probabilities, row by row", async () => {
    const { body } = await setUp("multiclass", LOGITS).infer();

    const near = [1 / 8, 2 / 8, 5 / 8, 1 / 30, 4 / 30, 25 / 30].map((p) => expect.closeTo(p, 6));
    expect(body.outputs).toEqual([
      { name: "label", datatype: "BYTES", shape: [2], data: [CLASSES[2], CLASSES[2]] },
      { name: "probabilities", datatype: "FP32", shape: [2, 3], data: near },
    ]);
  });

  it("with numbers and quantiles, row by row", async () => {
    const { body } = await setUp("regression", NUMBERS).infer();

    expect(body.outputs).toEqual([
      { name: "prediction", datatype: "FP32", shape: [2], data: [501, 1001] },
      { name: "quantiles", datatype: "FP32", shape: [2, 2], data: [250, 135, 500, 260] },
    ]);
  });

  it("with scores of a ranking", async () => {
    const { body } = await setUp("ranking", { weights: { distance: [-0.5] } }).infer();

    expect(body.outputs).toEqual([
      { name: "score", datatype: "FP32", shape: [2], data: [-500, -1000] },
    ]);
  });

  it("with the outputs that were asked for, in that order", async () => {
    const names = async (type: TaskType, asked: readonly string[]) => {
      const { body } = await setUp(type).infer(asked);
      return body.outputs.map(({ name }: { name: string }) => name);
    };

    expect(await names("multiclass", ["probabilities", "label"])).toEqual([
      "probabilities",
      "label",
    ]);
    expect(await names("regression", ["quantiles"])).toEqual(["quantiles"]);
    expect(await names("ranking", ["score"])).toEqual(["score"]);
  });

  it.each([
    ["binary", "prediction", "label, probabilities"],
    ["multiclass", "score", "label, probabilities"],
    ["regression", "label", "prediction, quantiles"],
    ["ranking", "probabilities", "score"],
  ] as const)("fails with 400 on an output that a %s model lacks", async (type, asked, known) => {
    const { statusCode, body } = await setUp(type).infer([asked]);

    expect(statusCode).toBe(400);
    expect(body.error).toContain(`${asked} is not an output; outputs are ${known}`);
  });
});
