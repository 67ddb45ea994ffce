import { describe, expect, it } from "vitest";
import { parsePredictionMessage } from "../../../core/inference/prediction-message.ts";
import { makeHandler } from "../../../functions/predict/handler.ts";
import { httpEvent } from "../../fixtures/http-event.ts";
import { CODE, MODEL, servingWorld } from "../../fixtures/serving-world.ts";

const FLIGHT = { date: "2001-06-03T17:10:00Z", origin: "ORD", destination: "LAX", distance: 1745 };

const ROUTINES = `
const pre = (row) => ({ ...row, origin: row.origin.toUpperCase(), distance: Math.min(row.distance, 1000) });
const post = (answer, { origin, distance }) => {
  if (origin === "ATL") return { ...answer, label: 0, probability: 0, rule: "never-from-atl" };
  if (origin === "BAD") return { label: 2, probability: 0.5 };
  if (origin === "LIE") return { ...answer, label: 0 };
  if (origin === "OOPS") throw new Error("no such airport");
  return { ...answer, probability: Math.round(answer.probability * 100) / 100, seen: distance };
};
export { pre as __routine_preprocess, post as __routine_postprocess };`;

function setUp(code = `${CODE}\n${ROUTINES}`) {
  const world = servingWorld({}, ["preprocess", "postprocess"]);
  world.promote(world.publish({ weights: { distance: 0.001, hour: 0.1 }, code }));
  const handler = makeHandler(world.deps);
  const call = async (path: string, body: object) => {
    const answer = await handler(httpEvent("POST", path, body));
    return { statusCode: answer.statusCode, body: JSON.parse(answer.body ?? "null") };
  };
  const predict = (...changes: readonly object[]) =>
    call(`/models/${MODEL}/predictions`, {
      instances: changes.map((change) => ({ ...FLIGHT, ...change })),
    });
  return { ...world, call, predict };
}

describe("routines of a model, in the endpoint", () => {
  it("mend rows before the graph sees them and change what it answered", async () => {
    const { predict, runTasks, messages } = setUp();

    const { body } = await predict({ origin: "ord" }, { origin: "atl" });

    // distance is cut to 1000: logit = 0.001 * 1000 + 0.1 * (17 + 10 / 60) = 2.7167, sigmoid 0.938
    expect(body.predictions).toEqual([
      { predictionId: "id1-0", label: 1, probability: 0.94, seen: 1000 },
      { predictionId: "id1-1", label: 0, probability: 0, rule: "never-from-atl" },
    ]);
    await runTasks();
    const { records } = parsePredictionMessage(messages[0] ?? "");
    expect(records).toMatchObject([
      { features: { origin: "ORD", distance: 1000 }, label: 1, score: Math.fround(0.94) },
      { features: { origin: "ATL" }, label: 0, score: 0, rule: "never-from-atl" },
    ]);
  });

  it("give the same by the Open Inference Protocol", async () => {
    const { call } = setUp();
    const tensor = (name: string, datatype: string, data: unknown[]) => ({
      ...{ name, datatype, data, shape: [data.length] },
    });

    const { body } = await call(`/v2/models/${MODEL}/infer`, {
      inputs: [
        tensor("date", "BYTES", [FLIGHT.date, FLIGHT.date]),
        tensor("origin", "BYTES", ["ord", "atl"]),
        tensor("destination", "BYTES", ["LAX", "LAX"]),
        tensor("distance", "FP64", [1745, 1745]),
      ],
    });

    expect(body.parameters).toMatchObject({ rules: ",never-from-atl" });
    expect(body.outputs).toMatchObject([
      { name: "label", data: [1, 0] },
      { name: "probabilities", data: [expect.closeTo(0.06, 6), expect.closeTo(0.94, 6), 1, 0] },
    ]);
  });

  it.each([
    [
      "a postprocess that throws",
      { origin: "OOPS" },
      "routine postprocess threw Error: no such airport",
    ],
    [
      "an answer of another kind",
      { origin: "BAD" },
      "routine postprocess gave label: must be 0 or 1",
    ],
    ["a label that changed without a rule", { origin: "LIE" }, "without a rule"],
  ])("fail with 500 on %s, and the log says why", async (_case, change, why) => {
    const { predict, logged } = setUp();

    const { statusCode, body } = await predict(change);

    expect(statusCode).toBe(500);
    expect(body).toMatchObject({ error: "RoutineError" });
    expect(logged).toMatchObject([
      { error: "RoutineError", message: expect.stringContaining(why) },
    ]);
  });

  it("fail to load where the code lacks a routine that the definition names", async () => {
    const { predict } = setUp(CODE);

    expect((await predict({})).statusCode).toBe(503);
  });
});
