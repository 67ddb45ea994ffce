import { describe, expect, it } from "vitest";
import {
  ForbiddenError,
  IntegrityError,
  InvalidInputError,
  UnavailableError,
} from "../../../core/errors.ts";
import { taskOutcomeSchema } from "../../../core/run/task-outcome.ts";
import { runTask, type TaskRunnerDeps } from "../../../functions/task-runner/run-task.ts";

const ORDER = {
  model: "flights",
  runId: "run-1",
  round: 1,
  candidate: { index: 2, name: "boosting" },
};
const TEXT = JSON.stringify(ORDER);

function setUp(changed: Partial<TaskRunnerDeps> = {}) {
  const stored = new Map<string, string>();
  const lines: Readonly<Record<string, unknown>>[] = [];
  const waits: number[] = [];
  const events: unknown[] = [];
  const deps: TaskRunnerDeps = {
    loadHandler: async () => ({
      handler: async (event, context) => {
        events.push([event, context]);
        return { graphSha256: "0" };
      },
      sizeBytes: 7,
    }),
    store: async (key, text) => void stored.set(key, text),
    newId: () => "01J0000000000000000000000A",
    sleep: async (ms) => void waits.push(ms),
    stopwatch: () => 0,
    log: (line) => void lines.push({ ...line }),
    ...changed,
  };
  const outcomes = () => [...stored].map(([key, text]) => [key, JSON.parse(text)] as const);
  return { deps, outcomes, lines, waits, events };
}

/** A package whose handler throws these, then answers. */
const throwing = (...errors: readonly unknown[]): TaskRunnerDeps["loadHandler"] => {
  const left = [...errors];
  const handler = async () => {
    if (left.length > 0) throw left.shift();
    return "done";
  };
  return async () => ({ handler, sizeBytes: 7 });
};

const KEY = "runs/flights/run-1/candidates/2/outcomes/1/01J0000000000000000000000A.json";

describe("runTask", () => {
  it("stores what the handler answers where collect-candidate looks", async () => {
    const { deps, outcomes, events } = setUp();

    await runTask(TEXT, deps);

    expect(events).toEqual([[ORDER, { awsRequestId: "01J0000000000000000000000A" }]]);
    expect(outcomes()).toEqual([[KEY, { output: { graphSha256: "0" } }]]);
    expect(taskOutcomeSchema.safeParse(outcomes()[0]?.[1]).success).toBe(true);
  });

  it("calls a handler again that says that something is not available", async () => {
    // The class of the package is another one than the class here: it is known by its name.
    const foreign = Object.assign(new Error("busy"), { name: "UnavailableError" });
    const { deps, outcomes, waits } = setUp({
      loadHandler: throwing(foreign, new UnavailableError("busy")),
    });

    await runTask(TEXT, deps);

    expect(waits).toEqual([1_000, 2_000]);
    expect(outcomes()[0]?.[1]).toEqual({ output: "done" });
  });

  it("stores that something was not available after five tries", async () => {
    const busy = Array.from({ length: 5 }, () => new UnavailableError("busy"));
    const { deps, outcomes, waits } = setUp({ loadHandler: throwing(...busy) });

    await runTask(TEXT, deps);

    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(outcomes()[0]?.[1]).toEqual({ error: { name: "UnavailableError", message: "busy" } });
  });

  it.each([
    ["an expected error", new InvalidInputError("bad"), "InvalidInputError", "bad"],
    ["a bug", new TypeError("undefined is no function"), "TypeError", "undefined is no function"],
    ["what is no error", "text", "Error", "text"],
  ])("stores %s at once, by its name", async (_name, thrown, name, message) => {
    const { deps, outcomes, lines, waits } = setUp({ loadHandler: throwing(thrown) });

    await runTask(TEXT, deps);

    expect(outcomes()[0]?.[1]).toEqual({ error: { name, message } });
    expect(waits).toEqual([]);
    expect(lines).toContainEqual(
      expect.objectContaining({ level: "error", error: name, runId: "run-1", candidate: 2 }),
    );
  });

  it("stores that the package is damaged", async () => {
    const loadHandler = () => Promise.reject(new IntegrityError("no whole zip"));
    const { deps, outcomes } = setUp({ loadHandler });

    await runTask(TEXT, deps);

    expect(outcomes()[0]?.[1]).toEqual({
      error: { name: "IntegrityError", message: "no whole zip" },
    });
  });

  it("fails where the package cannot be read: the next container may find another one", async () => {
    const loadHandler = () => Promise.reject(new ForbiddenError("S3 answered 403"));
    const { deps, outcomes } = setUp({ loadHandler });

    await expect(runTask(TEXT, deps)).rejects.toThrow("S3 answered 403");
    expect(outcomes()).toEqual([]);
  });

  it("fails where the outcome cannot be stored", async () => {
    const { deps } = setUp({ store: () => Promise.reject(new UnavailableError("no bucket")) });

    await expect(runTask(TEXT, deps)).rejects.toThrow("no bucket");
  });

  it.each([
    ["no order", undefined],
    ["text that is no JSON", "{"],
    ["null", "null"],
    ["an order without a run", JSON.stringify({ ...ORDER, runId: 7 })],
    ["an order without a candidate", JSON.stringify({ ...ORDER, candidate: {} })],
    ["an order of no whole round", JSON.stringify({ ...ORDER, round: "1" })],
  ])("fails on %s, which has no place for an outcome", async (_name, text) => {
    const { deps, outcomes, events } = setUp();

    await expect(runTask(text, deps)).rejects.toThrow(InvalidInputError);
    expect(outcomes()).toEqual([]);
    expect(events).toEqual([]);
  });
});
