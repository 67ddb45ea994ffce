import { describe, expect, it } from "vitest";
import type { Task } from "../../../core/definition/task.ts";
import { trainCandidate } from "../../../core/training/train-candidate.ts";
import { candidate, shops } from "./frames.ts";

const task: Task = { type: "binary" };
const train = shops(400, 3);

const order = {
  candidate: candidate("logistic-regression"),
  task,
  seed: 1,
  train,
  validation: shops(100, 4),
  tools: {},
};

const meanScore = (scores: Float64Array) =>
  scores.reduce((sum, score) => sum + score, 0) / scores.length;

describe("trainCandidate", () => {
  it("counts rows by their class's weight", async () => {
    const plain = await trainCandidate(order);
    const weighed = await trainCandidate({ ...order, classWeights: { "1": 5 } });
    const even = await trainCandidate({ ...order, classWeights: { "0": 1, "1": 1 } });

    expect(meanScore(weighed.scores(train))).toBeGreaterThan(meanScore(plain.scores(train)) + 1);
    expect(even.scores(train)).toEqual(plain.scores(train));
  });

  it("needs ONNX Runtime for a network", async () => {
    const network = { ...order, candidate: candidate("neural-network") };

    await expect(trainCandidate(network)).rejects.toThrow("a neural network needs openGraph");
  });
});
