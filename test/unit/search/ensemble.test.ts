import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { endingPredictions } from "../../../core/calibration/ending-predictions.ts";
import { type Task, widthOf } from "../../../core/definition/task.ts";
import { largestGraphDifference } from "../../../core/evaluation/graph-agreement.ts";
import { measure } from "../../../core/evaluation/measure.ts";
import { scoreFrame } from "../../../core/evaluation/score-frame.ts";
import { encodeStrings, joinColumns, joinNumbers } from "../../../core/onnx/column-inputs.ts";
import type { Value } from "../../../core/onnx/graph-builder.ts";
import { vector } from "../../../core/onnx/tensor.ts";
import { addBlend } from "../../../core/search/ensemble/add-blend.ts";
import { blendScores, fitBlend } from "../../../core/search/ensemble/blend.ts";
import { modelGraph } from "../../../core/training/model-graph.ts";
import type { GraphInputs } from "../../../core/training/trained-model.ts";
import type { LabelledFrame } from "../../../core/training/training-frame.ts";
import { openScorer } from "../../../engine/onnx/open-scorer.ts";

const TASKS: readonly Task[] = [
  { type: "binary" },
  { type: "multiclass", classes: ["low", "mid", "high"] },
  { type: "regression", quantiles: [] },
  { type: "regression", quantiles: [0.1, 0.9] },
  { type: "ranking" },
];

const columns = [
  { kind: "number", name: "x" },
  { kind: "category", name: "town" },
] as const;

/** A member: score k is (k + 1) * slope * x + town. */
function member(task: Task, slope: number): Uint8Array {
  const addTo = (graph: Parameters<typeof addBlend>[0], inputs: GraphInputs) => {
    const x = joinNumbers(graph, [inputs.get("x") as Value]);
    const town = encodeStrings(graph, inputs.get("town") as Value, new Map([["Ulm", 0.5]]));
    const parts = Array.from({ length: widthOf(task) }, (_, k) => {
      const factor = graph.constant(vector(Float64Array.of((k + 1) * slope)));
      return graph.node("Add", [graph.node("Mul", [x, factor]), town]);
    });
    return joinColumns(graph, parts);
  };
  return modelGraph({ addTo }, columns, { task, threshold: 0.5 });
}

/** Rows whose label follows x with some noise. */
function frameOf(task: Task, rows: number): LabelledFrame {
  const values = Float32Array.from({ length: rows }, (_, row) => Math.sin(row * 1.7) * 3);
  const noisy = Array.from(values, (x, row) => x + Math.cos(row * 2.3) * 1.5);
  const labels = {
    binary: () => Uint8Array.from(noisy, (value) => Number(value > 0)),
    multiclass: () => Uint8Array.from(noisy, (value) => (value < -1 ? 0 : value < 1 ? 1 : 2)),
    regression: () => Float64Array.from(noisy),
    ranking: () => Float64Array.from(noisy, (value) => Math.max(0, Math.round(value))),
  }[task.type]();
  return {
    rows,
    labels,
    ...(task.type === "ranking" && { groups: Uint32Array.of(0, rows / 2, rows) }),
    columns: [
      { kind: "number", name: "x", values },
      {
        kind: "category",
        name: "town",
        codes: Int32Array.from({ length: rows }, (_, row) => (row % 3) - 1),
        dictionary: ["Bonn", "Ulm"],
      },
    ],
  };
}

async function predictionsOf(graph: Uint8Array, frame: LabelledFrame): Promise<Float32Array> {
  const scorer = await openScorer(graph);
  const predictions = await scoreFrame(scorer, frame);
  await scorer.release();
  return predictions;
}

describe.each(TASKS)("an ensemble of $type models", (task) => {
  const graphs = [member(task, 0.4), member(task, -0.2), member(task, 2)];
  const frame = frameOf(task, 60);

  it.each(["average", "stacking"] as const)("by %s is one graph that agrees", async (method) => {
    const members = await Promise.all(graphs.map((graph) => predictionsOf(graph, frame)));
    const blend = fitBlend(method, task, members, frame);
    const ending = { task, threshold: 0.5 };

    const graph = modelGraph(
      { addTo: (builder, inputs) => addBlend(builder, inputs, task, { members: graphs, blend }) },
      columns,
      ending,
    );

    const byGraph = await predictionsOf(graph, frame);
    const byTrainer = endingPredictions(ending, blendScores(blend, task, members));
    expect(largestGraphDifference(byTrainer, byGraph, widthOf(task))).toBeLessThan(1e-6);
  });
});

describe("fitBlend", () => {
  const binary: Task = { type: "binary" };
  const labels = (...values: number[]) => ({
    rows: values.length,
    labels: Uint8Array.from(values),
  });

  it("averages probabilities, and numbers", () => {
    const blend = fitBlend(
      "average",
      binary,
      [Float32Array.of(0.25), Float32Array.of(0.75)],
      labels(1),
    );

    expect(blend).toEqual({ of: "probabilities", weights: [0.5, 0.5], intercept: 0 });
    const scores = blendScores(blend, binary, [Float32Array.of(0.25), Float32Array.of(0.5)]);
    expect(1 / (1 + Math.exp(-(scores[0] as number)))).toBeCloseTo(0.375, 12);
  });

  it("divides rankings by their spread, and leaves a constant one as it is", () => {
    const ranking: Task = { type: "ranking" };
    const rows = { rows: 2, labels: Float64Array.of(0, 1) };

    const { weights } = fitBlend(
      "average",
      ranking,
      [Float32Array.of(0, 4), Float32Array.of(7, 7)],
      rows,
    );

    // The first one's population standard deviation is 2.
    expect(weights).toEqual([0.25, 0.5]);
  });

  it("stacks to the least squares that no negative weight gives", () => {
    const task: Task = { type: "regression", quantiles: [] };
    const rows = { rows: 3, labels: Float64Array.of(2, 4, 6) };
    const one = Float32Array.of(1, 2, 3);
    const against = Float32Array.of(-1, 2, -3);

    const { weights, intercept } = fitBlend("stacking", task, [one, against], rows);

    expect(weights[0]).toBeCloseTo(2, 4);
    expect(weights[1]).toBe(0);
    expect(intercept).toBe(0);
  });

  it("is never worse on its own rows than the best member, for classes and numbers", () => {
    const tasks = TASKS.filter(({ type }) => type !== "ranking");
    const lossOf = { binary: "logLoss", multiclass: "logLoss", regression: "rmse" } as const;
    fc.assert(
      fc.property(
        fc.constantFrom(...tasks),
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 40, maxLength: 40 }),
        (task, noise) => {
          const frame = frameOf(task, 30);
          const width = widthOf(task);
          const values = Array.from({ length: 30 * width }, (_, i) => noise[i % 40] as number);
          const first = endingPredictions(
            { task },
            Float64Array.from(values, (value, i) => value + Math.sin(i)),
          );
          const second = endingPredictions({ task }, Float64Array.from(values));
          const members = [Float32Array.from(first), Float32Array.from(second)];
          const metric = lossOf[task.type as keyof typeof lossOf];
          const loss = (predictions: Float64Array | Float32Array) =>
            measure(task, { labels: frame.labels, predictions })[metric] as number;

          const blend = fitBlend("stacking", task, members, frame);

          const stacked = loss(endingPredictions({ task }, blendScores(blend, task, members)));
          expect(stacked).toBeLessThanOrEqual(Math.min(...members.map(loss)) + 1e-5);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("counts rows by their weights", () => {
    const rows = labels(1, 0, 1, 0);
    const members = [Float32Array.of(0.9, 0.1, 0.2, 0.8), Float32Array.of(0.6, 0.6, 0.6, 0.6)];
    const weights = (...values: number[]) => ({ ...rows, weights: Float64Array.from(values) });

    const trusting = fitBlend("stacking", binary, members, weights(1, 1, 0.1, 0.1));
    const doubting = fitBlend("stacking", binary, members, weights(0.1, 0.1, 1, 1));

    expect(trusting.weights[0]).toBeGreaterThan(0.5);
    expect(doubting.weights[0]).toBe(0);
  });
});
