import { describe, expect, it } from "vitest";
import { NotFoundError } from "../../../core/errors.ts";
import { task } from "../../../functions/middleware/task.ts";

const AT = "2026-11-23T10:00:00.000Z";

/** A task whose handler takes 12.6 ms by the stopwatch. */
function setUp(handler: (event: unknown) => Promise<object>) {
  const lines: object[] = [];
  let now = 100;
  const run = task("train", handler, {
    log: (line) => lines.push(line),
    clock: () => Date.parse(AT),
    stopwatch: () => {
      now += 12.6;
      return now;
    },
    traceId: () => "1-2-3",
  });
  return { run, lines };
}

const INPUT = { model: "flights", runId: "run-1", candidate: { index: 1, name: "boosting" } };
const IDS = {
  time: AT,
  function: "train",
  model: "flights",
  runId: "run-1",
  candidate: 1,
  requestId: "request-1",
  traceId: "1-2-3",
};

describe("task", () => {
  it("adds to the output how many whole milliseconds it took, and logs start and end with their ids", async () => {
    const { run, lines } = setUp(async () => ({ rows: 3 }));

    const output = await run(INPUT, { awsRequestId: "request-1" });

    expect(output).toEqual({ rows: 3, durationMs: 13 });
    expect(lines).toEqual([
      { level: "info", ...IDS, outcome: "started" },
      { level: "info", ...IDS, outcome: "succeeded", durationMs: 13 },
    ]);
  });

  it("logs an expected error by name and message and throws the very same", async () => {
    const error = new NotFoundError("no source shop.csv");
    const { run, lines } = setUp(async () => {
      throw error;
    });

    await expect(run(INPUT, { awsRequestId: "request-1" })).rejects.toBe(error);

    expect(lines.at(-1)).toEqual({
      level: "error",
      ...IDS,
      outcome: "failed",
      durationMs: 13,
      error: "NotFoundError",
      message: "no source shop.csv",
    });
  });

  it("logs where a bug was thrown", async () => {
    const { run, lines } = setUp(async () => {
      throw new TypeError("x is undefined");
    });

    await expect(run({})).rejects.toThrow(TypeError);

    expect(lines.at(-1)).toMatchObject({
      error: "TypeError",
      stack: expect.stringContaining("at "),
    });
  });

  it("needs no context and logs no id that is not there", async () => {
    const { run, lines } = setUp(async () => ({}));

    await run("nonsense");

    expect(lines[0]).toEqual({
      level: "info",
      time: AT,
      function: "train",
      traceId: "1-2-3",
      outcome: "started",
    });
  });
});
