import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MetricName } from "../../../core/definition/metrics.ts";
import { InvalidInputError } from "../../../core/errors.ts";
import { chooseThreshold } from "../../../core/evaluation/choose-threshold.ts";
import { fBeta } from "../../../core/evaluation/class-metrics.ts";
import { confusion } from "../../../core/evaluation/confusion.ts";
import { measure } from "../../../core/evaluation/measure.ts";
import type { ScoredRows } from "../../../core/evaluation/score-ranking.ts";
import type { Metrics } from "../../../core/registry/records.ts";
import type { Confusion } from "../../../core/run/evaluation-results.ts";

interface Case {
  readonly name: string;
  readonly labels: readonly number[];
  readonly scores: readonly number[];
  readonly threshold: number;
  readonly metrics: Readonly<Partial<Record<MetricName, number>>>;
  readonly confusion: Confusion;
  readonly bestThresholds: Readonly<Record<string, { threshold: number; value: number }>>;
}

const cases = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../fixtures/evaluation/metrics.json"), "utf8"),
) as readonly Case[];

const rowsOf = (labels: readonly number[], scores: readonly number[]) => ({
  labels: Uint8Array.from(labels),
  scores: Float64Array.from(scores),
});

const binaryMetrics = ({ scores, ...rows }: ScoredRows & { readonly threshold: number }): Metrics =>
  measure({ type: "binary" }, { ...rows, predictions: scores });

/** Rows of both classes. */
const scoredRows = fc
  .array(fc.tuple(fc.nat(1), fc.integer({ min: 0, max: 20 })), { minLength: 1, maxLength: 40 })
  .map((rows) =>
    rowsOf(
      [0, 1, ...rows.map(([label]) => label)],
      [0.4, 0.6, ...rows.map(([, score]) => score / 20)],
    ),
  );

describe("measure, binary", () => {
  it.each(cases)("finds what scikit-learn finds: $name", ({ labels, scores, ...wanted }) => {
    const rows = rowsOf(labels, scores);

    const metrics = binaryMetrics({ ...rows, threshold: wanted.threshold });

    for (const [name, value] of Object.entries(wanted.metrics))
      expect(metrics[name as MetricName], name).toBeCloseTo(value, 10);
    expect(confusion(rows, wanted.threshold)).toEqual(wanted.confusion);
  });

  it.each(cases)("chooses scikit-learn's best threshold: $name", (wanted) => {
    const rows = rowsOf(wanted.labels, wanted.scores);

    for (const [beta, best] of Object.entries(wanted.bestThresholds)) {
      const threshold = chooseThreshold({ choose: "f-beta", beta: Number(beta) }, rows);
      expect(threshold).toBe(best.threshold);
      expect(fBeta(confusion(rows, threshold), Number(beta))).toBeCloseTo(best.value, 12);
    }
  });

  it("equals the hand-computed values of four rows", () => {
    // Pairs in order: 0.9 over 0.6 and 0.2, 0.4 over 0.2; 0.4 under 0.6. Three of four.
    const metrics = binaryMetrics({
      ...rowsOf([1, 0, 1, 0], [0.9, 0.6, 0.4, 0.2]),
      threshold: 0.5,
    });

    expect(metrics.rocAuc).toBe(0.75);
    // Recall goes to 1/2 at precision 1, to 1 at precision 2/3.
    expect(metrics.prAuc).toBeCloseTo(1 / 2 + 1 / 3, 12);
    // -(ln 0.9 + ln 0.4 + ln 0.4 + ln 0.8) / 4
    expect(metrics.logLoss).toBeCloseTo(0.540272, 5);
    // (0.01 + 0.36 + 0.36 + 0.04) / 4
    expect(metrics.brier).toBeCloseTo(0.1925, 12);
    expect(metrics).toMatchObject({ accuracy: 0.5, precision: 0.5, recall: 0.5, f1: 0.5 });
  });

  it("ranks by order alone: a rising transform and a new order of rows change no area", () => {
    fc.assert(
      fc.property(scoredRows, ({ labels, scores }) => {
        const metrics = binaryMetrics({ labels, scores, threshold: 0.5 });
        const squashed = binaryMetrics({
          labels: labels.toReversed(),
          scores: scores.toReversed().map((score) => score ** 3 / 2),
          threshold: 0.5,
        });

        expect(squashed.rocAuc).toBe(metrics.rocAuc);
        expect(squashed.prAuc).toBe(metrics.prAuc);
      }),
    );
  });

  it("mirrors the ROC area when scores are turned round, or labels are", () => {
    fc.assert(
      fc.property(scoredRows, ({ labels, scores }) => {
        const rocAuc = binaryMetrics({ labels, scores, threshold: 0.5 }).rocAuc as number;
        const turned = scores.map((score) => 1 - score);
        const swapped = labels.map((label) => 1 - label);

        expect(binaryMetrics({ labels, scores: turned, threshold: 0.5 }).rocAuc).toBeCloseTo(
          1 - rocAuc,
          12,
        );
        expect(
          binaryMetrics({ labels: swapped, scores: turned, threshold: 0.5 }).rocAuc,
        ).toBeCloseTo(rocAuc, 12);
      }),
    );
  });

  it("counts every row in one cell, and says 1 less often as the threshold rises", () => {
    fc.assert(
      fc.property(scoredRows, fc.double({ min: 0, max: 1, noNaN: true }), (rows, threshold) => {
        const counts = confusion(rows, threshold);
        const higher = confusion(rows, Math.min(1, threshold + 0.1));

        expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(rows.labels.length);
        expect(higher.truePositives).toBeLessThanOrEqual(counts.truePositives);
        expect(higher.falsePositives).toBeLessThanOrEqual(counts.falsePositives);
      }),
    );
  });

  it("compares scores with the threshold as float32, as the graph does", () => {
    const rows = { labels: Uint8Array.of(1), scores: Float32Array.of(0.7) };

    // 0.7 as float32 is below 0.7 as float64.
    expect(confusion(rows, 0.7).truePositives).toBe(1);
  });

  it("leaves out what rows of one class do not define", () => {
    const ones = binaryMetrics({ ...rowsOf([1, 1], [0.2, 0.8]), threshold: 0.5 });
    const zeros = binaryMetrics({ ...rowsOf([0, 0], [0.2, 0.8]), threshold: 0.5 });

    expect(ones).not.toHaveProperty("rocAuc");
    expect(ones.prAuc).toBe(1);
    expect(zeros).not.toHaveProperty("rocAuc");
    expect(zeros).not.toHaveProperty("prAuc");
    expect(zeros).toMatchObject({ precision: 0, recall: 0, f1: 0 });
  });

  it("punishes certainty that was wrong by the clip, not without end", () => {
    const metrics = binaryMetrics({ ...rowsOf([0, 1], [1, 0]), threshold: 0.5 });

    expect(metrics.logLoss).toBeCloseTo(23 * Math.LN2, 6);
  });

  it.each([
    ["no rows", [], []],
    ["lengths that differ", [0, 1], [0.5]],
    ["a label that is no class", [0, 2], [0.5, 0.5]],
    ["NaN", [0, 1], [Number.NaN, 0.5]],
    ["a score above 1", [0, 1], [1.5, 0.5]],
    ["a score below 0", [0, 1], [-0.5, 0.5]],
  ])("fails on %s", (_name, labels, scores) => {
    expect(() => binaryMetrics({ ...rowsOf(labels, scores), threshold: 0.5 })).toThrow(
      InvalidInputError,
    );
  });
});
