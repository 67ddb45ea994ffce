import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import * as batchMessages from "../../../core/batch/messages.ts";
import { InvalidInputError } from "../../../core/errors.ts";
import * as rolloutMessages from "../../../core/rollout/messages.ts";
import * as runMessages from "../../../core/run/messages.ts";
import { parseMessage } from "../../../core/run/parse-message.ts";

const messages = { ...runMessages, ...batchMessages, ...rolloutMessages };

const DIGEST = "a".repeat(64);
const RUN = { model: "shop", runId: "run-1", definitionDigest: DIGEST };

/** A right input of each task. */
const RIGHT = {
  startRunInput: { model: "shop", runId: "run-1", reason: "schedule", requestedBy: "ada" },
  stageSourceInput: { ...RUN, shard: 0 },
  prepareInput: RUN,
  trainInput: {
    ...{ ...RUN, datasetDigest: DIGEST, candidate: { index: 0, name: "boosting" } },
    continueFrom: { version: 3, manifestSha256: DIGEST },
  },
  narrowInput: {
    ...RUN,
    search: {
      round: { number: 0, candidates: [{ index: 0, name: "boosting", rowShare: 1 }] },
      finalists: [{ index: 1, name: "logistic", graphSha256: DIGEST, metrics: { rocAuc: 0.7 } }],
      trainMs: [12],
      trained: [{ index: 0, name: "boosting", graphSha256: DIGEST, metrics: {}, durationMs: 12 }],
    },
  },
  evaluateInput: {
    ...RUN,
    datasetDigest: DIGEST,
    trained: [{ index: 0, name: "boosting", graphSha256: DIGEST }],
  },
  registerInput: { ...RUN, datasetDigest: DIGEST, requestedBy: "ada", passed: true },
  promoteInput: { model: "shop", version: 3, expected: null, by: "ada", why: "better" },
  endRunInput: { model: "shop", runId: "run-1", status: "failed", failure: { Error: "E" } },
  notifyInput: { severity: "info", model: "shop", subject: "s", detail: "d" },
  checkDriftInput: {
    execution: { name: "e1", startedAt: "2026-01-02T10:00:00.000Z" },
    input: { model: "shop" },
  },
  startBatchInput: {
    execution: { name: "e1", startedAt: "2026-01-02T10:00:00.000Z" },
    input: { model: "shop", input: "june", reason: "monthly", requestedBy: "ada" },
  },
  predictFileInput: {
    ...{ model: "shop", runId: "run-1", name: "june", version: 1 },
    prefix: "batches/shop/june/input/",
    file: { key: "batches/shop/june/input/a.csv", sizeBytes: 7 },
  },
  startRolloutInput: {
    execution: { name: "e1" },
    input: { model: "shop", version: 3, by: "ada", why: "better", minutes: 5 },
  },
  advanceRolloutInput: {
    ...{ model: "shop", version: 3, runId: "e1" },
    plan: {
      ...{ steps: [0.1, 1], minutes: 15, minPredictions: 200 },
      ...{ maxErrorShare: 0.01, maxLatencyRatio: 2, maxScorePsi: 0.25 },
    },
  },
  rollbackInput: { model: "shop", by: "ada", why: "worse", runId: "e1" },
  routeInput: {
    ...{ model: "shop", by: "ada", why: "to compare", revision: 0 },
    ...{ challengers: [{ version: 3, share: 0.1 }], shadows: [4] },
  },
  endBatchInput: { model: "shop", runId: "run-1", name: "june" },
} as const;

type TaskInput = keyof typeof RIGHT;
const TASKS = Object.keys(RIGHT) as TaskInput[];

const SCHEMAS: Readonly<Record<TaskInput, z.ZodType>> = messages;

const anyJson = fc.jsonValue({ maxDepth: 3 });
const oddKeys = fc.constantFrom("__proto__", "constructor", "prototype", "toString", "x");

/** Copies of a value, each with one leaf or branch put in the place of another. */
function damaged(value: unknown, junk: unknown): readonly unknown[] {
  if (typeof value !== "object" || value === null) return [junk];
  const keys = Object.keys(value);
  const copies = keys.flatMap((key) =>
    damaged(Reflect.get(value, key), junk).map((part) => {
      const copy = Array.isArray(value) ? [...value] : { ...value };
      Object.defineProperty(copy, key, { value: part, enumerable: true });
      return copy;
    }),
  );
  return [junk, ...copies];
}

function outcomeOf(task: TaskInput, event: unknown): "parsed" | "refused" {
  try {
    const parsed = parseMessage(SCHEMAS[task], event);
    // What was parsed is plain data of that schema, and nothing of another's making.
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
    expect(parseMessage(SCHEMAS[task], parsed)).toEqual(parsed);
    return "parsed";
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as InvalidInputError).issues).not.toEqual([]);
    expect((error as InvalidInputError).message).toMatch(/, got /);
    return "refused";
  }
}

describe("inputs of tasks", () => {
  it("are all held to the properties here", () => {
    const schemas = Object.entries(messages).filter(
      ([name, value]) => value instanceof z.ZodType && !name.endsWith("Output"),
    );

    expect(schemas.map(([name]) => name).toSorted()).toEqual(TASKS.toSorted());
  });

  it.each(TASKS)("of %s are taken where they are right", (task) => {
    expect(parseMessage(SCHEMAS[task], RIGHT[task])).toMatchObject(RIGHT[task]);
  });

  it.each(TASKS)("of %s are parsed or refused with a path, whatever JSON comes", (task) => {
    fc.assert(
      fc.property(anyJson, (event) => {
        outcomeOf(task, event);
      }),
    );
  });

  it.each(TASKS)("of %s are parsed or refused wherever they are damaged", (task) => {
    fc.assert(
      fc.property(anyJson, (junk) => {
        for (const event of damaged(RIGHT[task], junk)) outcomeOf(task, event);
      }),
      { numRuns: 30 },
    );
  });

  it.each(TASKS)("of %s take nothing from a prototype that the JSON brings along", (task) => {
    fc.assert(
      fc.property(oddKeys, anyJson, (key, junk) => {
        const text = `{${JSON.stringify(key)}:${JSON.stringify(junk)},${JSON.stringify(RIGHT[task]).slice(1)}`;

        const parsed = parseMessage(SCHEMAS[task], JSON.parse(text));

        expect(parsed).toEqual(parseMessage(SCHEMAS[task], RIGHT[task]));
        expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
      }),
    );
    // All of a right input's members, but none of its own.
    const inherited = JSON.parse(`{"__proto__":${JSON.stringify(RIGHT[task])}}`);
    expect(() => parseMessage(SCHEMAS[task], inherited)).toThrow(InvalidInputError);
  });

  it.each([
    ["a model that leads elsewhere", { ...RIGHT.startRunInput, model: "../other" }, "model"],
    ["a run that leads elsewhere", { ...RIGHT.startRunInput, runId: "a/b" }, "runId"],
    ["a run without a name", { ...RIGHT.startRunInput, runId: "" }, "runId"],
    ["a run of 81 characters", { ...RIGHT.startRunInput, runId: "r".repeat(81) }, "runId"],
  ])("fails on %s", (_name, event, path) => {
    expect(() => parseMessage(messages.startRunInput, event)).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ path })] }),
    );
  });
});
