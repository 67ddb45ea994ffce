import { describe, expect, it } from "vitest";
import { candidateSchema } from "../../../../core/definition/candidate-schema.ts";
import type { Task } from "../../../../core/definition/task.ts";
import { InvalidInputError } from "../../../../core/errors.ts";
import { modelGraph } from "../../../../core/training/model-graph.ts";
import { toPredictions } from "../../../../core/training/predictions.ts";
import { trainCandidate } from "../../../../core/training/train-candidate.ts";
import type { LabelledFrame } from "../../../../core/training/training-frame.ts";
import { openGraph } from "../../../../engine/onnx/open-graph.ts";
import { runGraph } from "../../onnx/run-graph.ts";
import { numbers, shops, withoutRows } from "../frames.ts";
import { BINARY, numberFrame, REGRESSION } from "./train.ts";

const order = (task: Task, train: LabelledFrame) => ({
  candidate: candidateSchema.parse({
    name: "it",
    family: "neural-network",
    parameters: { epochs: 2, hiddenUnits: [4] },
  }),
  task,
  seed: 1,
  train,
  validation: withoutRows(train),
  tools: { openGraph },
});

describe("a candidate of the family neural-network", () => {
  it("is trained and becomes a graph with the outputs of its task", async () => {
    const frame = shops(200, 1);

    const model = await trainCandidate(order(BINARY, frame));

    const graph = modelGraph(model, frame.columns, { task: BINARY, threshold: 0.5 });
    const { probabilities } = await runGraph(graph, frame);
    const expected = toPredictions(BINARY, model.scores(frame));
    expected.forEach((probability, row) => {
      expect(Math.abs((probabilities[2 * row + 1] as number) - probability)).toBeLessThan(1e-6);
    });
  });

  it.each([NaN, Infinity])("fails on the label %d", async (label) => {
    const frame = numberFrame([numbers("x", [1, 2])], [1, label]);

    await expect(trainCandidate(order(REGRESSION, frame))).rejects.toThrow(InvalidInputError);
  });

  it("fails without a runtime for its graphs", async () => {
    const frame = shops(20, 1);

    await expect(trainCandidate({ ...order(BINARY, frame), tools: {} })).rejects.toThrow(
      /needs openGraph/,
    );
  });
});
