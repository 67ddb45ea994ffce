import fc from "fast-check";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { addBinaryOutputs } from "../../../core/onnx/binary-outputs.ts";
import { graphBuilder } from "../../../core/onnx/graph-builder.ts";

async function answer(logOdds: readonly number[], threshold: number) {
  const graph = graphBuilder("outputs");
  addBinaryOutputs(graph, graph.input("x", "double", ["n", 1]), threshold);
  const session = await InferenceSession.create(graph.toBytes());
  const x = new Tensor("float64", Float64Array.from(logOdds), [logOdds.length, 1]);
  const { label, probabilities } = await session.run({ x });
  await session.release();
  return {
    labels: Array.from(label?.data as BigInt64Array, Number),
    probabilities: Array.from(probabilities?.data as Float32Array),
    dims: [label?.dims, probabilities?.dims],
  };
}

describe("addBinaryOutputs", () => {
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
