import { describe, expect, it } from "vitest";
import type { Task } from "../../../core/definition/task.ts";
import type { Labels } from "../../../core/training/training-frame.ts";
import { datasetHome, FLIGHTS } from "./dataset-home.ts";
import { baselineOfFrame } from "./frame-facts.ts";

describe("the profiles of a baseline", () => {
  it("equals the hand-computed profiles of five rows", () => {
    const baseline = baselineOfFrame(
      { type: "binary" },
      {
        rows: 5,
        columns: [
          { kind: "number", name: "n", values: Float32Array.of(1, 2, 2, Number.NaN, 5) },
          {
            kind: "category",
            name: "c",
            codes: Int32Array.of(0, 2, 2, -1, 0),
            dictionary: ["a", "b", "c"],
          },
        ],
        labels: Uint8Array.of(0, 1, 0, 0, 1),
      },
    );

    expect(baseline).toEqual({
      rows: 5,
      features: {
        n: {
          kind: "number",
          rows: 5,
          missing: 1,
          min: 1,
          max: 5,
          mean: 2.5,
          // sqrt((2.25 + 0.25 + 0.25 + 6.25) / 4)
          standardDeviation: 1.5,
          edges: [1, 2],
          counts: [1, 2, 1],
        },
        c: {
          kind: "category",
          rows: 5,
          missing: 1,
          distinct: 2,
          counts: [
            ["a", 2],
            ["c", 2],
          ],
          other: 0,
        },
      },
      label: {
        kind: "category",
        rows: 5,
        missing: 0,
        distinct: 2,
        counts: [
          ["0", 3],
          ["1", 2],
        ],
        other: 0,
      },
    });
  });
});

describe("the label's profile", () => {
  const labelOf = (task: Task, labels: Labels) =>
    baselineOfFrame(task, { rows: labels.length, columns: [], labels }).label;

  it("has the classes of a multiclass target by name, the commonest first", () => {
    const task: Task = { type: "multiclass", classes: ["poor", "fair", "good"] };

    expect(labelOf(task, Uint8Array.of(0, 2, 2))).toEqual({
      kind: "category",
      rows: 3,
      missing: 0,
      distinct: 2,
      counts: [
        ["good", 2],
        ["poor", 1],
      ],
      other: 0,
    });
  });

  it.each<[string, Task]>([
    ["regression", { type: "regression", quantiles: [] }],
    ["ranking", { type: "ranking" }],
  ])("has the numbers of a %s", (_name, task) => {
    expect(labelOf(task, Float64Array.of(3, 0, 0, 1))).toMatchObject({
      kind: "number",
      rows: 4,
      min: 0,
      max: 3,
      mean: 1,
      edges: [0, 1],
      counts: [2, 1, 1],
    });
  });
});

describe("the stored baseline", () => {
  it("profiles every input and the label over the training split only", async () => {
    const home = await datasetHome();
    await home.source(FLIGHTS);

    const { datasetDigest } = await home.prepare();

    const { rows, features, label } = await home.baseline(datasetDigest);
    expect(rows).toBe(720);
    expect(Object.keys(features).sort()).toEqual([
      "destination",
      "distance",
      "hour",
      "origin",
      "weekday",
    ]);
    // April 2001 has 30 days: each half hour past comes 30 times; it began on a Sunday.
    expect(features.weekday).toMatchObject({
      edges: [0, 1, 2, 3, 4, 5],
      counts: [120, 120, 96, 96, 96, 96, 96],
    });
    expect(features.origin).toMatchObject({
      distinct: 4,
      counts: [
        ["ATL", 180],
        ["JFK", 180],
        ["LAX", 180],
        ["ORD", 180],
      ],
    });
    const { positives = 0 } = (await home.manifest(datasetDigest)).splits.train;
    if (label.kind !== "category") throw new Error(label.kind);
    expect(label.counts).toEqual([
      ["0", 720 - positives],
      ["1", positives],
    ]);
  });
});
