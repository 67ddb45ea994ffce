import { describe, expect, it } from "vitest";
import type { Task } from "../../../core/definition/task.ts";
import { addColumnInput, joinNumbers } from "../../../core/onnx/column-inputs.ts";
import { graphBuilder, type Value } from "../../../core/onnx/graph-builder.ts";
import { addModelOutputs } from "../../../core/onnx/model-outputs.ts";
import { openScorer } from "../../../engine/onnx/open-scorer.ts";
import { outputReader } from "../../../engine/onnx/read-outputs.ts";

/** Answers of a graph whose raw scores are its inputs. */
async function answers(task: Task, rows: readonly (readonly number[])[]) {
  const graph = graphBuilder("echo");
  const names = (rows[0] ?? []).map((_, i) => `x${i}`);
  const inputs: Value[] = names.map((name) => addColumnInput(graph, { name, kind: "number" }));
  addModelOutputs(graph, joinNumbers(graph, inputs), { task, threshold: 0.5 });
  const scorer = await openScorer(graph.toBytes());
  const columns = Object.fromEntries(
    names.map((name, i) => [name, Float32Array.from(rows, (row) => row[i] as number)]),
  );
  const scores = await scorer.score(columns);
  await scorer.release();
  return scores;
}

describe("a scorer reads the answers of every task", () => {
  it("of classes by name: the highest probability is watched", async () => {
    const task: Task = { type: "multiclass", classes: ["low", "high"] };

    const { scores, predictions, labels } = await answers(task, [
      [0, Math.log(3)],
      [Math.log(3), 0],
    ]);

    expect(labels).toEqual(["high", "low"]);
    [0.25, 0.75, 0.75, 0.25].forEach((probability, i) => {
      expect(predictions[i]).toBeCloseTo(probability, 6);
    });
    expect([...scores]).toEqual([predictions[1], predictions[2]]);
  });

  it("of numbers with quantiles: the number is watched", async () => {
    const task: Task = { type: "regression", quantiles: [0.1, 0.9] };

    const { scores, predictions, labels } = await answers(task, [
      [5, 1, 9],
      [6, 2, 8],
    ]);

    expect([...predictions]).toEqual([5, 1, 9, 6, 2, 8]);
    expect([...scores]).toEqual([5, 6]);
    expect(labels).toBeUndefined();
  });

  it("of numbers alone, and of rankings", async () => {
    const bare = await answers({ type: "regression", quantiles: [] }, [[5], [6]]);
    const ranking = await answers({ type: "ranking" }, [[-1], [2]]);

    expect([...bare.predictions]).toEqual([5, 6]);
    expect([...ranking.scores]).toEqual([-1, 2]);
  });
});

describe("outputReader refuses answers of another shape", () => {
  const float = (...values: number[]) => ({ data: Float32Array.from(values) });
  const read = (outputs: Record<string, { data: unknown }>, rows: number) =>
    outputReader(Object.keys(outputs)).read(outputs as never, rows);

  it.each([
    [{ label: { data: ["a"] }, probabilities: float(1, 2) }, 2, "label is not int64 or string"],
    [{ label: { data: ["a"] }, probabilities: float(1) }, 1, "label is not int64 or string"],
    [{ label: { data: [1] }, probabilities: { data: [1] } }, 1, "probabilities is not float32"],
    [
      { label: { data: BigInt64Array.of(1n) }, probabilities: float(1, 2, 3) },
      1,
      "not float32 of shape [n, 2]",
    ],
    [{ prediction: float(1, 2) }, 1, "prediction is not float32 of shape [n]"],
    [{ prediction: float(1, 2), quantiles: float(1, 2, 3) }, 2, "quantiles is not float32"],
    [{ score: float(1) }, 2, "score is not float32 of shape [n]"],
  ])("%#", (outputs, rows, why) => {
    expect(() => read(outputs, rows)).toThrow(why);
  });

  it("and a graph with the outputs of no task", () => {
    expect(() => outputReader(["answer"])).toThrow("outputs [answer]");
  });
});
