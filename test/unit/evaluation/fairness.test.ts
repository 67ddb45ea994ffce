import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../../core/errors.ts";
import { fairness, fairnessMeasures } from "../../../core/evaluation/fairness.ts";
import { fairnessGates } from "../../../core/evaluation/fairness-gates.ts";
import { categories, numbers } from "./frame-columns.ts";
import { measuredRows } from "./task-fixtures.ts";

/**
 * Of a, 4 rows: two of class 1, of which one is selected, and of two of class 0 one. Of b, 3 rows: one of
 * class 1, selected, and of two of class 0 none. One row has no group.
 */
const rows = measuredRows({
  labels: [1, 1, 0, 0, 1, 0, 0, 1],
  predictions: [0.9, 0.1, 0.9, 0.1, 0.9, 0.1, 0.1, 0.9],
});
const column = categories("state", ["a", "a", "a", "a", "b", "b", "b", null]);
const options = { threshold: 0.5, minRows: 2 };

describe("fairness", () => {
  it("equals the hand-computed rates and measures", () => {
    expect(fairness(rows, column, options)).toEqual({
      column: "state",
      favourable: 1,
      minRows: 2,
      groups: [
        {
          group: "a",
          rows: 4,
          selectionRate: 1 / 2,
          truePositiveRate: 1 / 2,
          falsePositiveRate: 1 / 2,
          precision: 1 / 2,
          baseRate: 1 / 2,
        },
        {
          group: "b",
          rows: 3,
          selectionRate: 1 / 3,
          truePositiveRate: 1,
          falsePositiveRate: 0,
          precision: 1,
          baseRate: 1 / 3,
        },
        {
          group: null,
          rows: 1,
          selectionRate: 1,
          truePositiveRate: 1,
          falsePositiveRate: null,
          precision: 1,
          baseRate: 1,
        },
      ],
      measures: {
        demographicParityDifference: 1 / 2 - 1 / 3,
        equalOpportunityDifference: 1 / 2,
        equalisedOddsDifference: 1 / 2,
        disparateImpact: 2 / 3,
      },
    });
  });

  it("looks from class 0 where that is the favourable one", () => {
    const found = fairness(rows, column, { ...options, favourable: 0 });

    expect(found.favourable).toBe(0);
    expect(found.groups[1]).toEqual({
      group: "b",
      rows: 3,
      selectionRate: 2 / 3,
      truePositiveRate: 1,
      falsePositiveRate: 0,
      precision: 1,
      baseRate: 2 / 3,
    });
    expect(found.measures.disparateImpact).toBe(1 / 2 / (2 / 3));
  });

  it("leaves groups with too few rows out of the measures, not out of the table", () => {
    const all = fairness(rows, column, { ...options, minRows: 1 });

    expect(all.measures.demographicParityDifference).toBeCloseTo(1 - 1 / 3, 12);
    expect(all.groups).toEqual(fairness(rows, column, options).groups);
  });

  it("asks for 50 rows where nothing else is said", () => {
    const { minRows, measures } = fairness(rows, column, { threshold: 0.5 });

    expect(minRows).toBe(50);
    expect(Object.values(measures)).toEqual([null, null, null, null]);
  });

  it("depends on the threshold", () => {
    const everyone = fairness(rows, column, { ...options, threshold: 0 });
    const nobody = fairness(rows, column, { ...options, threshold: 1 });

    expect(everyone.measures).toMatchObject({ demographicParityDifference: 0, disparateImpact: 1 });
    expect(nobody.measures).toMatchObject({
      demographicParityDifference: 0,
      disparateImpact: null,
    });
    expect(nobody.groups[0]).toMatchObject({ selectionRate: 0, precision: null });
  });

  it("counts rows by their weight, and groups by their rows", () => {
    const weights = Float64Array.of(3, 1, 0, 0, 0, 0, 0, 1);

    const { groups } = fairness({ ...rows, weights }, column, options);

    expect(groups[0]).toMatchObject({ rows: 4, selectionRate: 3 / 4, falsePositiveRate: null });
    expect(groups[1]).toMatchObject({ rows: 3, selectionRate: null, baseRate: null });
  });

  it("takes spans of a number for groups", () => {
    const age = numbers("age", [20, 30, 40, 50, 60, 70, 80, 90]);

    const two = fairness(rows, age, { ...options, bins: 2 });
    const ten = fairness(rows, age, options);

    expect(two.groups.map(({ group, rows: count }) => [group, count])).toEqual([
      ["below 60", 4],
      ["60 and above", 4],
    ]);
    expect(ten.groups).toHaveLength(8);
  });

  it("does not define a rate's difference that one group alone has", () => {
    const one = categories("state", ["a", "a", "a", "a", "b", "b", "b", "b"]);
    const labels = Uint8Array.of(1, 1, 0, 0, 1, 1, 1, 1);

    const { measures } = fairness({ ...rows, labels }, one, options);

    expect(measures.equalOpportunityDifference).toBe(0);
    expect(measures.equalisedOddsDifference).toBeNull();
  });

  it("stays within 0 and 1, and is even where the groups are the same", () => {
    const row = fc.tuple(fc.nat(1), fc.nat(8), fc.nat(2));
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), (given) => {
        const labels = given.map(([label]) => label);
        const predictions = given.map(([, score]) => score / 8);
        const groups = given.map(([, , group]) => `g${group}`);
        const twice = measuredRows({
          labels: [...labels, ...labels],
          predictions: [...predictions, ...predictions],
        });
        const halves = labels.map(() => "first").concat(labels.map(() => "second"));

        const found = fairness(measuredRows({ labels, predictions }), categories("g", groups), {
          threshold: 0.5,
          minRows: 1,
        });
        const even = fairness(twice, categories("half", halves), { threshold: 0.5, minRows: 1 });

        for (const value of Object.values(found.measures)) {
          expect(value ?? 0).toBeGreaterThanOrEqual(0);
          expect(value ?? 0).toBeLessThanOrEqual(1);
        }
        expect(even.measures.demographicParityDifference).toBe(0);
        expect([1, null]).toContain(even.measures.disparateImpact);
      }),
    );
  });

  it("fails on scores that are none", () => {
    const wrong = measuredRows({ labels: [1], predictions: [2] });

    expect(() => fairness(wrong, categories("g", ["a"]), options)).toThrow(InvalidInputError);
  });
});

describe("fairnessGates", () => {
  const found = [fairness(rows, column, options)];
  const gate = { column: "state", measure: "disparateImpact", minRows: 2 } as const;

  it("passes what lies within the bounds", () => {
    const [least, most] = fairnessGates([{ ...gate, min: 0.5, max: 0.9 }], found);

    expect(least).toEqual({
      gate: "ratio of selection rates by state at least 0.5",
      value: 2 / 3,
      bound: 0.5,
      passed: true,
      reason: null,
    });
    expect(most).toMatchObject({ bound: 0.9, passed: true });
  });

  it.each([
    [{ ...gate, min: 0.8 }, "ratio of selection rates by state 0.667 is below the gate's 0.8"],
    [
      { ...gate, measure: "demographicParityDifference", max: 0.1 },
      "difference of selection rates by state 0.167 is above the gate's 0.1",
    ],
    [
      { ...gate, measure: "equalOpportunityDifference", max: 0.1 },
      "difference of true positive rates by state 0.5 is above the gate's 0.1",
    ],
    [
      { ...gate, measure: "equalisedOddsDifference", max: 0.1 },
      "difference of true or false positive rates by state 0.5 is above the gate's 0.1",
    ],
  ] as const)("fails in plain words: %o", (failing, reason) => {
    expect(fairnessGates([failing], found)).toMatchObject([{ passed: false, reason }]);
  });

  it("takes the gate's own least number of rows", () => {
    const [result] = fairnessGates([{ ...gate, minRows: 1, min: 0.5 }], found);

    expect(result?.value).toBe(fairnessMeasures(found[0]?.groups ?? [], 1).disparateImpact);
    expect(result).toMatchObject({ passed: false });
  });

  it("fails where nothing could be compared", () => {
    const results = fairnessGates(
      [
        { ...gate, minRows: 4, min: 0.5 },
        { ...gate, column: "age", min: 0.5 },
      ],
      found,
    );

    expect(results.map(({ passed, value, reason }) => [passed, value, reason])).toEqual([
      [
        false,
        null,
        "ratio of selection rates by state is not known: fewer than two groups have 4 rows that define it",
      ],
      [false, null, "ratio of selection rates by age is not known: no column age was measured"],
    ]);
  });
});
