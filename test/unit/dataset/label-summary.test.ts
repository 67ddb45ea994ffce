import { describe, expect, it } from "vitest";
import { labelSummary, storedLabels } from "../../../core/dataset/label-summary.ts";
import type { Task } from "../../../core/definition/task.ts";
import type { Labels } from "../../../core/training/training-frame.ts";
import { factsOf, summaryOfFrame } from "./frame-facts.ts";

const classes: Task = { type: "multiclass", classes: ["poor", "fair", "good"] };
const regression: Task = { type: "regression", quantiles: [] };

const summaryOf = (task: Task, labels: Labels, groups?: Uint32Array) =>
  summaryOfFrame(task, { labels, ...(groups && { groups }) });

describe("summariseLabels", () => {
  it("counts the positives of a binary target", () => {
    const summary = summaryOf({ type: "binary" }, Uint8Array.of(0, 1, 1, 0, 1));

    expect(summary).toEqual({ type: "binary", positives: 3 });
  });

  it("counts every class, in the definition's order, absent ones too", () => {
    expect(summaryOf(classes, Uint8Array.of(2, 0, 2))).toEqual({
      type: "multiclass",
      counts: [
        ["poor", 1],
        ["fair", 0],
        ["good", 2],
      ],
    });
  });

  it("equals the hand-computed moments of four numbers", () => {
    // Deviations from the mean of 1.5: -3.5, -0.5, 0.5, 3.5; squares 12.25 + 0.25 + 0.25 + 12.25.
    expect(summaryOf(regression, Float64Array.of(5, 1, -2, 2))).toEqual({
      type: "regression",
      min: -2,
      mean: 1.5,
      max: 5,
      standardDeviation: 2.5,
    });
  });

  it("counts queries, the largest one, and each relevance that there is", () => {
    const groups = Uint32Array.of(0, 1, 4, 6);

    expect(summaryOf({ type: "ranking" }, Float64Array.of(0, 31, 0, 2, 2, 0), groups)).toEqual({
      type: "ranking",
      queries: 3,
      largestQuery: 3,
      counts: [
        [0, 3],
        [2, 2],
        [31, 1],
      ],
    });
  });
});

describe("labelSummary", () => {
  it.each([
    ["binary", { type: "binary" } as const, Uint8Array.of(0, 1)],
    ["multiclass", classes, Uint8Array.of(0, 1, 2)],
    ["regression", regression, Float64Array.of(0, 1)],
  ])("reads what storedLabels stores: %s", (_task, task, labels) => {
    const summary = summaryOf(task, labels);

    expect(labelSummary(storedLabels(summary))).toEqual(summary);
  });

  it("stores a binary one as it was stored when there was no other", () => {
    expect(storedLabels({ type: "binary", positives: 7 })).toEqual({ positives: 7 });
  });
});

describe("labelObserver", () => {
  it("leaves out labels that are no places of the task", () => {
    const { counts, rows } = factsOf(classes, { labels: Float64Array.of(0, 5, 1, 1) });

    expect({ counts, rows }).toEqual({ counts: [1, 2, 0], rows: 4 });
  });

  it("finds the same in whatever chunks the rows come", () => {
    const rows = {
      labels: Float64Array.of(3, 1, 1, 0, 2, 2, 2),
      weights: Float64Array.of(0, 1, 2, 1, 0, 1, 1),
      groups: Uint32Array.of(0, 1, 4, 7),
    };
    const whole = factsOf({ type: "ranking" }, rows, 7);

    expect(whole).toMatchObject({ counting: 5, first: 1, isConstant: false, hasOrder: true });
    expect(whole).toMatchObject({ queries: 3, largestQuery: 3, min: 0, max: 3, mean: 11 / 7 });
    for (const chunkRows of [1, 2, 3]) {
      expect(factsOf({ type: "ranking" }, rows, chunkRows)).toEqual(whole);
    }
  });
});
