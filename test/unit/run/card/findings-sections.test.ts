import { describe, expect, it } from "vitest";
import { findingsSections } from "../../../../core/run/card/findings-sections.ts";
import type { GroupFairness } from "../../../../core/run/evaluation-results.ts";
import type { RunReport } from "../../../../core/run/run-report.ts";
import { REPORT } from "../../functions/finished-run.ts";

const linesOf = (report: Partial<RunReport>) =>
  findingsSections({ ...REPORT, ...report })
    .join("\n")
    .split("\n");

const classOf = (name: string, f1: number) => ({
  ...{ class: name, rows: 10, predicted: 9, precision: 0.5, recall: 0.25, f1 },
  ...{ rocAuc: null, calibrationError: 0.1 },
});
const slice = { rows: 40, value: 0.55, worseBy: 0.083, standardError: 0.01, worseByAtLeast: null };
const slices = { metric: "rocAuc", overall: 0.638, tried: 12, asked: [], worst: [] } as const;
const group = {
  ...{ group: "F", rows: 60, selectionRate: 0.5, truePositiveRate: 0.75 },
  ...{ falsePositiveRate: 0.25, precision: 0.6, baseRate: null },
};
const fairness: GroupFairness = {
  ...{ column: "sex", favourable: 0, minRows: 50 },
  groups: [group, { ...group, group: null, rows: 90 }],
  measures: {
    demographicParityDifference: 0.125,
    equalOpportunityDifference: null,
    equalisedOddsDifference: 0,
    disparateImpact: 0.8,
  },
};

describe("findings in a model card", () => {
  it("are none where the report has none", () => {
    expect(findingsSections(REPORT)).toEqual([]);
  });

  it("tell classes in their order, and of many those of the lowest F1", () => {
    const two = [classOf("late", 0.4), classOf("early", 0.3)];
    const many = Array.from({ length: 30 }, (_, i) => classOf(`class ${i}`, 1 - i / 100));

    expect(linesOf({ classes: { matrix: [], classes: two } })).toEqual([
      "## Classes",
      "| class | rows | predicted | precision | recall | F1 | ROC-AUC |",
      "| --- | --- | --- | --- | --- | --- | --- |",
      "| late | 10 | 9 | 0.5 | 0.25 | 0.4 | - |",
      "| early | 10 | 9 | 0.5 | 0.25 | 0.3 | - |",
    ]);
    const lines = linesOf({ classes: { matrix: [], classes: many } });
    expect(lines[1]).toBe("The 20 of the lowest F1, of 30.");
    expect(lines[4]).toMatch(/^\| class 29 /);
    expect(lines).toHaveLength(24);
  });

  it("tell how quantiles were kept", () => {
    const quantiles = [{ quantile: 0.9, coverage: 0.88, pinballLoss: 3.25 }];

    expect(linesOf({ quantiles }).slice(-1)).toEqual(["| 0.9 | 0.88 | 3.25 |"]);
  });

  it("tell the ten inputs that matter most, by either measure", () => {
    const names = Array.from({ length: 12 }, (_, i) => `input ${i}`);
    const importances = names.map((input, i) => ({ input, mean: i, standardDeviation: 0.5 }));
    const contributions = names.map((feature, i) => ({
      ...{ feature, meanAbsolute: 12 - i },
      byScore: [12 - i],
    }));

    const lines = linesOf({ importances, contributions });
    expect(lines).toHaveLength(27);
    expect(lines[4]).toBe("| input 11 | 11 | 0.5 |");
    expect(lines[13]).toBe("| input 2 | 2 | 0.5 |");
    expect(lines[17]).toBe("| input 0 | 12 |");
    expect(linesOf({ importances })).toHaveLength(14);
    expect(linesOf({ contributions })).toHaveLength(14);
  });

  it("tell the worst slices, and those that were asked for", () => {
    const where = [
      { column: "origin", value: "a|b\nc" },
      { column: "hour", value: null },
    ];
    const worst = { ...slice, where, worseByAtLeast: 0.05 };

    const lines = linesOf({ slices: { ...slices, worst: [worst], asked: [{ ...slice, where }] } });

    expect(lines).toContain("Worse beyond chance, of 12 slices; rocAuc over all rows is 0.638:");
    expect(lines).toContain("| slice | rows | rocAuc | worse by | at least by |");
    expect(lines).toContain("| origin = a\\|b c, hour = (missing) | 40 | 0.55 | 0.083 | 0.05 |");
    expect(lines.at(-1)).toBe("| origin = a\\|b c, hour = (missing) | 40 | 0.55 | 0.083 | - |");
    expect(linesOf({ slices })).toEqual(["## Slices", "None of 12 slices is worse beyond chance."]);
  });

  it("tell the rates of each protected group, the largest group first", () => {
    expect(linesOf({ fairness: [fairness] })).toEqual([
      "## Fairness",
      "Groups of `sex`; class 0 is good for the person, groups of fewer than 50 rows are not compared. 2 of 2 groups:",
      "",
      "| sex | rows | selected | true positive rate | false positive rate | share of class |",
      "| --- | --- | --- | --- | --- | --- |",
      "| (missing) | 90 | 0.5 | 0.75 | 0.25 | - |",
      "| F | 60 | 0.5 | 0.75 | 0.25 | - |",
      "",
      "| measure | value |",
      "| --- | --- |",
      "| demographicParityDifference | 0.125 |",
      "| equalOpportunityDifference | - |",
      "| equalisedOddsDifference | 0 |",
      "| disparateImpact | 0.8 |",
    ]);
    expect(linesOf({ fairness: [] })).toEqual([""]);
  });
});
