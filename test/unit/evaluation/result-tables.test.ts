import { describe, expect, it } from "vitest";
import { bootstrapIntervals } from "../../../core/evaluation/bootstrap-intervals.ts";
import { classTable } from "../../../core/evaluation/class-table.ts";
import { confusion } from "../../../core/evaluation/confusion.ts";
import { fairness } from "../../../core/evaluation/fairness.ts";
import { measure } from "../../../core/evaluation/measure.ts";
import { quantileTable } from "../../../core/evaluation/quantile-table.ts";
import { slices } from "../../../core/evaluation/slices.ts";
import {
  groupFairnessSchema,
  importancesSchema,
  intervalsSchema,
  multiclassConfusionSchema,
  quantileResultsSchema,
  sliceReportSchema,
} from "../../../core/run/evaluation-results.ts";
import { categories } from "./frame-columns.ts";
import { casesOf, measuredRows } from "./task-fixtures.ts";

/** What stands in a stored report after it was written and read. */
const stored = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("classTable", () => {
  it.each(casesOf("multiclass"))("is scikit-learn's: $name", (given) => {
    const classes = given.task.type === "multiclass" ? given.task.classes : [];

    const table = classTable(measuredRows(given), classes);

    for (const [i, row] of (given.confusion ?? []).entries()) {
      for (const [j, cell] of row.entries()) expect(table.matrix[i]?.[j]).toBeCloseTo(cell, 10);
    }
    for (const [name, values] of Object.entries(given.perClass ?? {})) {
      const found = table.classes.map((one) => one[name as "f1"]);
      for (const [i, value] of values.entries()) expect(found[i]).toBeCloseTo(value, 10);
    }
    expect(table.classes.map((one) => one.class)).toEqual(classes);
    const areas = table.classes.map(({ rocAuc }) => rocAuc).filter((area) => area !== null);
    const mean = areas.reduce((sum, area) => sum + area, 0) / areas.length;
    expect(mean).toBeCloseTo(given.metrics.macroRocAuc as number, 10);
    expect(multiclassConfusionSchema.parse(stored(table))).toEqual(table);
  });

  it("has no area of a class without rows, and how far its probability was off", () => {
    const rows = measuredRows({ labels: [0, 1], predictions: [1, 0, 0, 0, 0.5, 0.5] });

    const [first, second, third] = classTable(rows, ["a", "b", "c"]).classes;

    expect(first).toMatchObject({ class: "a", rows: 1, rocAuc: 1, calibrationError: 0 });
    expect(second).toMatchObject({ rows: 1, predicted: 1, precision: 1, calibrationError: 0.25 });
    expect(third).toMatchObject({ rows: 0, predicted: 0, f1: 0, rocAuc: null });
  });
});

describe("confusion, weighted", () => {
  it.each(casesOf("binary"))("is scikit-learn's: $name", (given) => {
    const { labels, predictions, weights } = measuredRows(given);

    const found = confusion({ labels, scores: predictions, weights }, given.threshold ?? 0.5);

    const { trueNegatives, falsePositives, falseNegatives, truePositives } = found;
    const cells = [trueNegatives, falsePositives, falseNegatives, truePositives];
    for (const [i, cell] of cells.entries()) {
      expect(cell).toBeCloseTo(given.confusion?.flat()[i] as number, 10);
    }
  });
});

describe("quantileTable", () => {
  it.each(casesOf("regression"))("is scikit-learn's: $name", (given) => {
    const quantiles = given.task.type === "regression" ? given.task.quantiles : [];

    const table = quantileTable(measuredRows(given), quantiles);

    expect(table).toHaveLength(given.quantiles?.length ?? 0);
    for (const [i, { quantile, coverage, pinballLoss }] of (given.quantiles ?? []).entries()) {
      expect(table[i]?.quantile).toBe(quantile);
      expect(table[i]?.coverage).toBeCloseTo(coverage, 10);
      expect(table[i]?.pinballLoss).toBeCloseTo(pinballLoss, 10);
    }
    expect(quantileResultsSchema.parse(stored(table))).toEqual(table);
  });
});

describe("schemas of stored results", () => {
  const rows = measuredRows({ labels: [1, 0, 1, 0], predictions: [0.9, 0.2, 0.4, 0.6] });
  const column = categories("state", ["a", "a", "b", null]);

  it("read what was written", () => {
    const task = { type: "binary" } as const;
    const intervals = bootstrapIntervals(task, rows, { samples: 20, seed: 1 });
    const groups = fairness(rows, column, { threshold: 0.5, minRows: 1 });
    const report = slices(task, rows, [column], {
      metric: "accuracy",
      asked: ["state"],
      minRows: 1,
      seed: 1,
    });
    const importances = [{ input: "age", mean: -0.1, standardDeviation: 0 }];

    expect(report?.overall).toBe(measure(task, rows).accuracy);
    expect(intervalsSchema.parse(stored(intervals))).toEqual(intervals);
    expect(groupFairnessSchema.parse(stored(groups))).toEqual(groups);
    expect(sliceReportSchema.parse(stored(report))).toEqual(report);
    expect(importancesSchema.parse(stored(importances))).toEqual(importances);
  });

  it("fail on what is none", () => {
    const interval = { low: 0, high: 1, standardError: -1, samples: 3 };

    expect(intervalsSchema.safeParse({ rocAuc: interval }).success).toBe(false);
    expect(intervalsSchema.safeParse({ size: { ...interval, standardError: 0 } }).success).toBe(
      false,
    );
    expect(groupFairnessSchema.safeParse({ column: "a", favourable: 2 }).success).toBe(false);
  });
});
