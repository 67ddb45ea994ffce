import { describe, expect, it } from "vitest";
import { parsePredictionMessage } from "../../../core/inference/prediction-message.ts";
import { embeddedMetrics } from "../../../core/observability/embedded-metrics.ts";
import { makeHandler } from "../../../functions/predict/handler.ts";
import { httpEvent } from "../../fixtures/http-event.ts";
import { MODEL, servingWorld } from "../../fixtures/serving-world.ts";

const FLIGHT = { date: "2001-06-03T17:10:00Z", origin: "ORD", destination: "LAX", distance: 1745 };
const PATH = `/models/${MODEL}/predictions`;
const TRACE_ID = "1-5759e988-bd862e3fe1be46a994272793";
const HEADERS = {
  "x-request-id": "order-7",
  "x-amzn-trace-id": `Self=1-0;Root=${TRACE_ID};Sampled=1`,
};

/** An endpoint whose whole log is kept, metrics included. */
function setUp(changes: Partial<Parameters<typeof makeHandler>[0]> = {}) {
  const world = servingWorld();
  world.promote(world.publish());
  const lines: Record<string, unknown>[] = [];
  const handler = makeHandler({
    ...world.deps,
    log: (line) => lines.push(line as Record<string, unknown>),
    emit: embeddedMetrics((line) => lines.push(JSON.parse(line)), world.deps.clock),
    ...changes,
  });
  const ask = async (path = PATH, body: unknown = { instances: [FLIGHT, FLIGHT] }) => {
    const answer = await handler(httpEvent("POST", path, body, { headers: HEADERS }));
    await world.runTasks();
    return { status: answer.statusCode, body: JSON.parse(answer.body ?? "") };
  };
  return { ...world, ask, lines };
}

describe("a prediction, followed by its ids", () => {
  it("is found in the answer, the log and the record under the same ids", async () => {
    const { ask, lines, messages } = setUp();

    const { body } = await ask();

    const [line] = lines;
    const { records } = parsePredictionMessage(messages[0] ?? "");
    expect(body.predictions.map((p: { predictionId: string }) => p.predictionId)).toEqual([
      "id1-0",
      "id1-1",
    ]);
    expect(lines).toHaveLength(1);
    expect(line).toMatchObject({
      Model: MODEL,
      requestId: "order-7",
      traceId: TRACE_ID,
      predictionId: "id1",
      version: 1,
      alias: "champion",
      rows: 2,
      method: "POST",
      path: PATH,
      status: 200,
    });
    expect(line).not.toHaveProperty("error");
    expect(records).toMatchObject([
      { predictionId: "id1-0", requestId: "order-7", traceId: TRACE_ID },
      { predictionId: "id1-1", requestId: "order-7", traceId: TRACE_ID },
    ]);
  });

  it("is found by the protocol's way too", async () => {
    const { ask, lines } = setUp();
    const inputs = Object.entries(FLIGHT).map(([name, value]) => ({
      name,
      shape: [1],
      datatype: typeof value === "number" ? "FP64" : "BYTES",
      data: [value],
    }));

    await ask(`/v2/models/${MODEL}/infer`, { inputs });

    expect(lines).toMatchObject([
      { status: 200, requestId: "order-7", traceId: TRACE_ID, predictionId: "id1", rows: 1 },
    ]);
  });

  it("is found when it was refused, with the error's name", async () => {
    const { ask, lines } = setUp();

    await ask(PATH, { instances: [] });

    expect(lines).toMatchObject([
      { status: 400, Rejections: 1, error: "InvalidInputError", requestId: "order-7" },
    ]);
    expect(lines[0]).not.toHaveProperty("predictionId");
  });

  it("is found when it failed, in both lines of the log", async () => {
    const { ask, lines } = setUp({
      newId: () => {
        throw new TypeError("no ids");
      },
    });

    await ask();

    const ids = { requestId: "order-7", traceId: TRACE_ID };
    expect(lines).toMatchObject([
      { level: "error", function: "predict", ...ids, error: "TypeError", message: "no ids" },
      { status: 500, Errors: 1, ...ids, error: "TypeError" },
    ]);
  });

  it("is told of when no record of it could be kept, and counted", async () => {
    const { ask, lines } = setUp({ queue: { send: () => Promise.reject(new Error("no queue")) } });

    const { status } = await ask();

    const unlogged = lines.filter(({ predictionId, status }) => predictionId && !status);
    expect(status).toBe(200);
    expect(unlogged).toMatchObject([
      {
        level: "error",
        model: MODEL,
        requestId: "order-7",
        traceId: TRACE_ID,
        predictionId: "id1",
        message: "a prediction was answered and not logged: no queue",
      },
    ]);
    expect(lines).toContainEqual(
      expect.objectContaining({ Function: "predict", UnloggedPredictions: 1, model: MODEL }),
    );
  });

  it("does not carry a header that is no trace, nor a path without end", async () => {
    const { deps, lines } = setUp();
    const emit = embeddedMetrics((line) => lines.push(JSON.parse(line)), deps.clock);
    const tasks: (() => Promise<void>)[] = [];
    const handler = makeHandler({ ...deps, emit, afterAnswer: (task) => void tasks.push(task) });
    const headers = { "x-amzn-trace-id": "Root=1-x;<script>" };

    await handler(httpEvent("POST", `/models/${"m".repeat(5_000)}`, {}, { headers }));
    for (const task of tasks) await task();

    expect(lines[0]).not.toHaveProperty("traceId");
    expect(String(lines[0]?.path).length).toBe(200);
  });
});
