import { describe, expect, it } from "vitest";
import type { Candidate } from "../../../core/definition/model-definition.ts";
import { type Task, widthOf } from "../../../core/definition/task.ts";
import { transformStep } from "../../../core/definition/transform-schema.ts";
import { parseExplainer } from "../../../core/explain/parse-explainer.ts";
import { trainCandidate } from "../../../core/training/train-candidate.ts";
import type { LabelledFrame } from "../../../core/training/training-frame.ts";
import { TRAINING_TOOLS } from "../../../engine/training/training-tools.ts";
import { amounts, three, towns, twoClasses } from "../explain/explained-models.ts";
import { runScores } from "../training/boosting/run-scores.ts";
import { candidate, frameOf, numbers, strings } from "../training/frames.ts";

const TRANSFORMS = [
  { how: "impute", columns: ["x"], with: "median", into: ["filled"], indicator: true },
  { how: "scale", columns: ["filled"], by: "robust" },
  { how: "bucketise", columns: ["x"], quantiles: 4, as: "category", into: ["bucket"] },
  { how: "cross", columns: ["bucket", "town"], into: "both" },
  { how: "target", columns: ["both"], smoothing: 5 },
  { how: "rare", columns: ["town"], minShare: 0.15 },
  { how: "one-hot", columns: ["town"], other: true, missing: true, into: ["is"] },
  { how: "power", columns: ["z"], by: "yeo-johnson" },
].map((step) => transformStep.parse(step));

const train = towns(400, 3);
/** Missing, unknown and extreme values, and some that training has seen. */
const strange = frameOf(
  [
    numbers("x", [0.5, NaN, Infinity, -Infinity, 3e38, -3e38, 1e-40, -0, 2, 1]),
    strings("town", ["town 1", "town 2", null, "nowhere", "", "town 3", "🙂", "\0", "é", "other"]),
    numbers("z", [0.5, 0.25, NaN, 0.75, -0.5, 1, 1e30, -1e30, Infinity, 0]),
  ],
  [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
);

const binary: Task = { type: "binary" };
const regression: Task = { type: "regression", quantiles: [0.2, 0.8] };
const ranking: Task = { type: "ranking" };
const small = { trees: 10, leaves: 8, minLeafRows: 5 };

const CASES: readonly (readonly [Candidate["family"], Task, Record<string, number>])[] = [
  ["gradient-boosting", binary, small],
  ["gradient-boosting", three, small],
  ["gradient-boosting", regression, small],
  ["gradient-boosting", ranking, small],
  ["logistic-regression", binary, {}],
  ["logistic-regression", three, {}],
  ["linear-regression", regression, {}],
  ["scorecard", binary, {}],
  ["neural-network", binary, { epochs: 2 }],
  ["neural-network", three, { epochs: 2 }],
  ["neural-network", regression, { epochs: 2 }],
];

/** The same rows with labels of the task. */
function labelled(task: Task, frame: LabelledFrame): LabelledFrame {
  if (task.type === "multiclass") return frame;
  if (task.type === "ranking") {
    const groups = Uint32Array.from({ length: frame.rows / 10 + 1 }, (_, query) => query * 10);
    return { ...frame, labels: Float64Array.from(frame.labels), groups };
  }
  return task.type === "binary" ? twoClasses(frame) : amounts(frame);
}

/** 1e-6, of numbers above 1 their share. */
function expectSame(got: ArrayLike<number>, wanted: Float64Array) {
  expect(got).toHaveLength(wanted.length);
  wanted.forEach((value, i) => {
    const off = Math.abs(value - (got[i] as number));
    expect(off, `score ${i}`).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(value)));
  });
}

describe.each(CASES)("%s with transforms", (family, task, parameters) => {
  const rows = labelled(task, train);
  const trained = () =>
    trainCandidate({
      ...{ candidate: candidate(family, parameters), task, seed: 1, tools: TRAINING_TOOLS },
      ...{ train: rows, validation: labelled(task, towns(100, 9)), transforms: TRANSFORMS },
    });

  it(`scores in the graph as on the frame: ${task.type}`, async () => {
    const model = await trained();

    for (const frame of [train, strange]) {
      const scores = model.scores(frame);
      expect(scores.every(Number.isFinite)).toBe(true);
      expectSame(await runScores(model, frame), scores);
    }
    expect(new Set(model.scores(train)).size).toBeGreaterThan(10);
  });

  it(`explains by its file what each input adds: ${task.type}`, async () => {
    const model = await trained();
    if (family === "neural-network") {
      expect(model).not.toHaveProperty("explainer");
      return;
    }
    const explainer = parseExplainer(model.explainer?.() as Uint8Array);

    const found = explainer.contributions(strange);

    expect(explainer.inputs).toEqual(train.columns.map(({ kind, name }) => ({ kind, name })));
    expect(explainer.width).toBe(widthOf(task));
    expectSame(found, model.contributions?.(strange) as Float64Array);
    const sums = model.scores(strange).map((_, i) => {
      return found.subarray(i * 4, i * 4 + 4).reduce((sum, part) => sum + part, 0);
    });
    if (family === "gradient-boosting" && task === regression) inOrder(sums);
    expectSame(sums, model.scores(strange));
  });
});

/** Quantiles of trees are explained before they are put in order. */
function inOrder(sums: Float64Array) {
  for (let row = 0; row < strange.rows; row++) sums.subarray(row * 3 + 1, row * 3 + 3).sort();
}
