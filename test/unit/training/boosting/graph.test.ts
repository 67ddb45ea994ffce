import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BoostingObjective } from "../../../../core/definition/parameters/boosting.ts";
import type { Task } from "../../../../core/definition/task.ts";
import type { GraphBuilder } from "../../../../core/onnx/graph-builder.ts";
import { addBoosting } from "../../../../core/training/boosting/add-boosting.ts";
import { type Ensemble, ensembleScores } from "../../../../core/training/boosting/ensemble.ts";
import { findBins } from "../../../../core/training/boosting/feature-bins.ts";
import type { GraphInputs } from "../../../../core/training/trained-model.ts";
import type { LabelledFrame } from "../../../../core/training/training-frame.ts";
import { numbers, strings, withoutRows } from "../frames.ts";
import { OBJECTIVES } from "./lightgbm-fixture.ts";
import { runScores } from "./run-scores.ts";
import { boosted, SMALL, taskFor } from "./train.ts";

const number = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -4, max: 4 }) },
  { weight: 2, arbitrary: fc.float({ noNaN: true }) },
  fc.constantFrom(Number.NaN, Infinity, -Infinity, -0, 1e-45, 3.4028234663852886e38),
);
const text = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("a", "b", "c", "d", "日本") },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 3 }) },
  fc.constantFrom(null, "", "\u0000", "a\u0000b", "\ud800"),
);

/** Rows of a number and a string, and labels of any objective. */
const frames = (objective: BoostingObjective) =>
  fc
    .array(fc.tuple(number, text, fc.nat(31)), { minLength: 2, maxLength: 50 })
    .map((rows): LabelledFrame => {
      const values = rows.map((row, i) => (i < 2 ? i : row[2]));
      const classes = { logLoss: 2, softmax: 3 }[objective as string];
      return {
        rows: rows.length,
        columns: [
          numbers(
            "x",
            rows.map((row) => row[0]),
          ),
          strings(
            "city",
            rows.map((row) => row[1]),
          ),
        ],
        labels: classes
          ? Uint8Array.from(values, (value) => value % classes)
          : Float64Array.from(values),
        ...(objective === "lambdaRank" && { groups: Uint32Array.of(0, 2, rows.length) }),
      };
    });

async function expectAgreement(
  task: Task,
  parameters: Parameters<typeof boosted>[0],
  train: LabelledFrame,
  scored: LabelledFrame,
) {
  const model = boosted(
    { trees: 6, leaves: 8, ...SMALL, ...parameters },
    { task, train, validation: withoutRows(train) },
  );
  const expected = model.scores(scored);

  const answered = await runScores(model, scored);

  expect(answered).toHaveLength(expected.length);
  expected.forEach((score, i) => {
    const error = Math.abs((answered[i] as number) - score);
    expect(error).toBeLessThan(1e-6 * Math.max(1, Math.abs(score)));
  });
  return expected;
}

describe("the graph of boosting", () => {
  it.each(OBJECTIVES)(
    "gives the trainer's scores with objective %s: missing, unknown, infinite, unicode",
    async (objective) => {
      const some = frames(objective);
      await fc.assert(
        fc.asyncProperty(some, some, async (train, scored) => {
          await expectAgreement(taskFor(objective), { objective }, train, train);
          await expectAgreement(taskFor(objective), { objective }, train, scored);
        }),
        { numRuns: 12 },
      );
    },
  );

  it.each(["squared", "tweedie"] as const)(
    "gives quantiles beside %s, ascending in each row",
    async (objective) => {
      const task: Task = { type: "regression", quantiles: [0.1, 0.5, 0.9] };
      await fc.assert(
        fc.asyncProperty(frames(objective), frames(objective), async (train, scored) => {
          const scores = await expectAgreement(task, { objective }, train, scored);

          for (let row = 0; row < scored.rows; row++) {
            const [low, middle, high] = scores.subarray(4 * row + 1, 4 * row + 4);
            expect(low).toBeLessThanOrEqual(middle as number);
            expect(middle).toBeLessThanOrEqual(high as number);
          }
        }),
        { numRuns: 12 },
      );
    },
  );

  it("puts quantiles that cross in order, as the trainer does, and nothing else", async () => {
    const constant = [9, 3, 1, 2].map((baseScore) => ({ baseScore, trees: [] }));
    const [frame] = fc.sample(frames("squared"), { numRuns: 1, seed: 5 }) as [LabelledFrame];
    const ensemble: Ensemble = {
      ...{ objective: "squared", link: "identity", quantiles: 3, targets: constant },
      bins: frame.columns.map((column) => findBins(column, 255)),
    };

    const scores = ensembleScores(ensemble, frame);
    const addTo = (graph: GraphBuilder, inputs: GraphInputs) =>
      addBoosting(graph, inputs, ensemble);

    expect([...scores]).toEqual(Array.from({ length: frame.rows }, () => [9, 1, 2, 3]).flat());
    expect(await runScores({ addTo }, frame)).toEqual(scores);
  });

  it.each(["x", "city"])("gives the scores of the column %s alone", async (name) => {
    const [frame] = fc.sample(frames("squared"), { numRuns: 1, seed: 5 }) as [LabelledFrame];
    const train = { ...frame, columns: frame.columns.filter((column) => column.name === name) };

    const scores = await expectAgreement(taskFor("squared"), {}, train, train);

    expect(new Set(scores).size).toBeGreaterThan(1);
  });

  it("gives a single quantile as it is", async () => {
    const [train] = fc.sample(frames("squared"), { numRuns: 1, seed: 3 });

    const scores = await expectAgreement(
      { type: "regression", quantiles: [0.5] },
      {},
      train as LabelledFrame,
      train as LabelledFrame,
    );

    expect(scores).toHaveLength(2 * (train as LabelledFrame).rows);
  });
});
