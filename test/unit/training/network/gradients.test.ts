import { describe, expect, it } from "vitest";
import type { Task } from "../../../../core/definition/task.ts";
import { lossIn, openStep, type Problem } from "./step-runner.ts";

const BINARY: Task = { type: "binary" };
const CLASSES: Task = { type: "multiclass", classes: ["a", "b", "c"] };
const REGRESSION: Task = { type: "regression", quantiles: [] };
const PLAIN = { hiddenUnits: [4], batchNormalisation: false };

const PROBLEMS: readonly (readonly [string, Problem])[] = [
  ["no hidden layer", { task: BINARY, numbers: 3, shape: { hiddenUnits: [] } }],
  ["relu", { task: BINARY, numbers: 3, shape: { ...PLAIN, activation: "relu" } }],
  ["silu", { task: BINARY, numbers: 3, shape: { ...PLAIN, activation: "silu" } }],
  ["gelu", { task: BINARY, numbers: 3, shape: { ...PLAIN, activation: "gelu" } }],
  ["batch normalisation", { task: BINARY, numbers: 3, shape: { batchNormalisation: true } }],
  ["dropout", { task: BINARY, numbers: 3, shape: { ...PLAIN, dropout: 0.5 } }],
  [
    "embeddings, several rows of one string",
    { task: BINARY, numbers: 2, strings: [2, 6], shape: { ...PLAIN, embeddingSize: 3 } },
  ],
  [
    "embeddings without numbers",
    { task: BINARY, numbers: 0, strings: [3], shape: { ...PLAIN, embeddingSize: 2 } },
  ],
  ["softmax", { task: CLASSES, numbers: 3, shape: PLAIN }],
  ["squared error", { task: REGRESSION, numbers: 3, shape: PLAIN }],
  ["absolute error", { task: REGRESSION, numbers: 3, shape: PLAIN, loss: "absolute" }],
  ["Huber's loss", { task: REGRESSION, numbers: 3, shape: PLAIN, loss: "huber" }],
  ["quantiles", { task: { type: "regression", quantiles: [0.1, 0.9] }, numbers: 3, shape: PLAIN }],
  [
    "everything at once",
    {
      task: CLASSES,
      numbers: 2,
      strings: [4],
      shape: { hiddenUnits: [6, 4], batchNormalisation: true, dropout: 0.5, activation: "silu" },
    },
  ],
];

const STEP = 1e-6;

describe("the gradient in a training step", () => {
  it.each(PROBLEMS)("is that of finite differences: %s", async (_name, problem) => {
    const step = await openStep(problem);
    const at = step.feeds.parameters?.data as Float64Array;
    const { gradient } = await step.run(step.feeds);
    const lossAt = async (i: number, by: number) => {
      const moved = at.slice();
      moved[i] = (moved[i] as number) + by;
      return lossIn(
        step,
        await step.run({ ...step.feeds, parameters: { data: moved, dims: [moved.length] } }),
      );
    };

    expect(gradient?.data).toHaveLength(at.length);
    expect(gradient?.data.some((slope) => slope !== 0)).toBe(true);
    for (let i = 0; i < at.length; i++) {
      const difference = ((await lossAt(i, STEP)) - (await lossAt(i, -STEP))) / (2 * STEP);
      expect(Math.abs((gradient?.data[i] as number) - difference), `parameter ${i}`).toBeLessThan(
        1e-7,
      );
    }
    await step.release();
  });

  it("moves the running statistics to the batch's by the share that is fed", async () => {
    const step = await openStep({ task: BINARY, numbers: 2, shape: { hiddenUnits: [1] } }, 2);
    const weight = step.feeds.parameters?.data as Float64Array;
    const numbers = step.feeds.numbers?.data as Float64Array;
    const hidden = (row: number) =>
      (numbers[2 * row] as number) * (weight[0] as number) +
      (numbers[2 * row + 1] as number) * (weight[1] as number);

    const { newStatistics } = await step.run(step.feeds);

    const mean = (hidden(0) + hidden(1)) / 2;
    const variance = ((hidden(0) - mean) ** 2 + (hidden(1) - mean) ** 2) / 2;
    expect(newStatistics?.data[0]).toBeCloseTo(0.25 * mean, 12);
    expect(newStatistics?.data[1]).toBeCloseTo(0.75 + 0.25 * variance, 12);
    await step.release();
  });
});
