import fc from "fast-check";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { type Calibration, calibrate } from "../../../core/calibration/calibration.ts";
import type { Task } from "../../../core/definition/task.ts";
import { graphBuilder } from "../../../core/onnx/graph-builder.ts";
import { addModelOutputs, type Ending } from "../../../core/onnx/model-outputs.ts";
import { toPredictions } from "../../../core/training/predictions.ts";

async function answer(logOdds: readonly number[], threshold: number) {
  const graph = graphBuilder("outputs");
  const x = graph.input("x", "double", ["n", 1]);
  addModelOutputs(graph, x, { task: { type: "binary" }, threshold });
  const session = await InferenceSession.create(graph.toBytes());
  const values = new Tensor("float64", Float64Array.from(logOdds), [logOdds.length, 1]);
  const { label, probabilities } = await session.run({ x: values });
  await session.release();
  return {
    labels: Array.from(label?.data as BigInt64Array, Number),
    probabilities: Array.from(probabilities?.data as Float32Array),
    dims: [label?.dims, probabilities?.dims],
  };
}

describe("outputs of a binary model", () => {
  it("gives the logistic function of log-odds and what is left to 1", async () => {
    const { labels, probabilities, dims } = await answer([Math.log(3), 0, -800, 800], 0.5);

    [0.25, 0.75, 0.5, 0.5, 1, 0, 0, 1].forEach((expected, i) => {
      expect(probabilities[i]).toBeCloseTo(expected, 7);
    });
    expect(labels).toEqual([1, 1, 0, 1]);
    expect(dims).toEqual([[4], [4, 2]]);
  });

  it("labels as `probability >= threshold` does on its own float32 probability", async () => {
    const logOdds = fc.double({ min: -20, max: 20, noNaN: true });
    const nudge = fc.constantFrom(0, 1e-12, -1e-12, 1e-8, -1e-8);
    await fc.assert(
      fc.asyncProperty(logOdds, nudge, async (value, offset) => {
        const probability = (await answer([value], 0.5)).probabilities[1] as number;
        const threshold = Math.min(1, Math.max(0, probability + offset));

        const { labels } = await answer([value], threshold);

        expect(labels).toEqual([probability >= threshold ? 1 : 0]);
      }),
    );
  });
});

/** Every output of an ending over rows of raw scores. */
async function outputsOf(ending: Ending, width: number, scores: Float64Array) {
  const graph = graphBuilder("outputs");
  addModelOutputs(graph, graph.input("x", "double", ["n", width]), ending);
  const session = await InferenceSession.create(graph.toBytes());
  const rows = scores.length / width;
  const outputs = await session.run({ x: new Tensor("float64", scores, [rows, width]) });
  await session.release();
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { data, dims }]) => [
      name,
      { data: Array.from(data as ArrayLike<unknown>), dims },
    ]),
  );
}

describe("outputs of the other tasks", () => {
  const task: Task = { type: "multiclass", classes: ["cold", "mild", "hot"] };

  it("names the class of the highest probability, of equal ones the first", async () => {
    const scores = Float64Array.of(Math.log(1), Math.log(2), Math.log(1), 0, 0, 0);

    const { label, probabilities } = await outputsOf({ task, threshold: 0.5 }, 3, scores);

    expect(label).toEqual({ data: ["mild", "cold"], dims: [2] });
    expect(probabilities?.dims).toEqual([2, 3]);
    [0.25, 0.5, 0.25, 1 / 3, 1 / 3, 1 / 3].forEach((expected, i) => {
      expect(probabilities?.data[i]).toBeCloseTo(expected, 7);
    });
  });

  it("gives a regression's number, and quantiles where there are some", async () => {
    const bare = { task: { type: "regression", quantiles: [] }, threshold: 0.5 } as const;
    const wide = { task: { type: "regression", quantiles: [0.1, 0.9] }, threshold: 0.5 } as const;

    expect(await outputsOf(bare, 1, Float64Array.of(1.5, -2))).toEqual({
      prediction: { data: [1.5, -2], dims: [2] },
    });
    expect(await outputsOf(wide, 3, Float64Array.of(1.5, 1, 2, -2, -3, 0))).toEqual({
      prediction: { data: [1.5, -2], dims: [2] },
      quantiles: { data: [1, 2, -3, 0], dims: [2, 2] },
    });
  });

  it("gives a ranking's score as it is", async () => {
    const ending = { task: { type: "ranking" }, threshold: 0.5 } as const;

    expect(await outputsOf(ending, 1, Float64Array.of(3, -0.5))).toEqual({
      score: { data: [3, -0.5], dims: [2] },
    });
  });
});

describe("outputs behind a calibration", () => {
  const platt: Calibration = { method: "platt", curves: [{ slope: 0.5, intercept: 1 }] };

  it("gives calibrated probabilities, and labels by them", async () => {
    const binary: Task = { type: "binary" };
    const scores = Float64Array.of(-4, -2, 0);

    const { label, probabilities } = await outputsOf(
      { task: binary, threshold: 0.5, calibration: platt },
      1,
      scores,
    );

    calibrate(platt, binary, scores).forEach((expected, row) => {
      expect(probabilities?.data[2 * row]).toBeCloseTo(1 - expected, 6);
      expect(probabilities?.data[2 * row + 1]).toBeCloseTo(expected, 6);
    });
    expect(label?.data).toEqual([0n, 1n, 1n]);
  });

  it("cools the classes of a multiclass model", async () => {
    const classes: Task = { type: "multiclass", classes: ["a", "b"] };
    const calibration: Calibration = { method: "temperature", temperature: 2 };

    const { probabilities } = await outputsOf(
      { task: classes, threshold: 0.5, calibration },
      2,
      Float64Array.of(0, 2 * Math.log(3)),
    );

    expect(probabilities?.data[0]).toBeCloseTo(0.25, 6);
    expect(probabilities?.data[1]).toBeCloseTo(0.75, 6);
  });
});

describe("toPredictions", () => {
  it("gives what each task's scores mean", () => {
    const scores = Float64Array.of(0, Math.log(3));

    expect([...toPredictions({ type: "binary" }, scores)][0]).toBeCloseTo(0.5, 12);
    expect([...toPredictions({ type: "binary" }, scores)][1]).toBeCloseTo(0.75, 12);
    const classes = toPredictions({ type: "multiclass", classes: ["a", "b"] }, scores);
    expect(classes[0]).toBeCloseTo(0.25, 12);
    expect(classes[1]).toBeCloseTo(0.75, 12);
    expect(toPredictions({ type: "regression", quantiles: [] }, scores)).toBe(scores);
    expect(toPredictions({ type: "ranking" }, scores)).toBe(scores);
  });

  it("keeps classes apart whose scores are beyond what exp can hold", () => {
    const two: Task = { type: "multiclass", classes: ["a", "b"] };

    expect([...toPredictions(two, Float64Array.of(800, 0))]).toEqual([1, 0]);
  });
});
