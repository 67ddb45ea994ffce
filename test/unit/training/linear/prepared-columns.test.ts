import { describe, expect, it } from "vitest";
import { planDesign } from "../../../../core/training/linear/design.ts";
import { prepareColumns } from "../../../../core/training/linear/prepared-columns.ts";
import { scaleOf } from "../../../../core/training/linear/scale.ts";
import { usedRows } from "../../../../core/training/linear/used-rows.ts";
import { frameOf, numbers, strings } from "../frames.ts";
import { numberFrame } from "./train.ts";

describe("prepareColumns", () => {
  it("standardises numbers by hand: 1 and 3 become -1 and 1, missing NaN", () => {
    const frame = frameOf([numbers("x", [1, 3, NaN])], [0, 1, 1]);

    const [column] = prepareColumns(frame, planDesign({ ...frame, inputOf: [0] }));

    expect(column).toEqual({
      kind: "number",
      input: 0,
      at: 1,
      missingAt: 2,
      values: Float64Array.of(-1, 1, Number.NaN),
    });
  });

  it("fails on a column of another kind than it was planned for", () => {
    const design = planDesign({ columns: [numbers("x", [1, 2])], inputOf: [0] });

    expect(() => prepareColumns(frameOf([strings("x", ["a", "b"])], [0, 1]), design)).toThrow(
      "column x is no number",
    );
  });
});

describe("planDesign", () => {
  it.each([
    ["present everywhere", [1, 2], 2],
    ["missing somewhere", [1, NaN], 3],
    ["missing everywhere", [NaN, Infinity], 2],
  ])("has a coefficient for missing numbers only where it tells something: %s", (_, x, width) => {
    expect(planDesign({ columns: [numbers("x", x)], inputOf: [0] }).width).toBe(width);
  });
});

describe("scaleOf", () => {
  it("has the weighted mean and deviation of finite numbers", () => {
    const values = Float64Array.of(1, 3, Number.NaN, Number.POSITIVE_INFINITY);

    // mean (1 * 1 + 3 * 3) / 4, variance (1 * 1.5^2 + 3 * 0.5^2) / 4
    expect(scaleOf(values, Float64Array.of(1, 3, 9, 9))).toEqual({
      mean: 2.5,
      inverseDeviation: 1 / Math.sqrt(0.75),
    });
  });

  it("takes no rounding of a constant column's mean for a deviation", () => {
    for (let rows = 1; rows < 60; rows++) {
      const values = new Float32Array(rows).fill(0.1);
      const weights = new Float64Array(rows).fill(0.3);

      expect(scaleOf(values, weights).inverseDeviation).toBe(0);
    }
  });
});

describe("usedRows", () => {
  const columns = [numbers("x", [1, 2, 3]), strings("s", ["a", "b", null])];

  it("leaves out rows of weight 0", () => {
    expect(usedRows(numberFrame(columns, [5, 6, 7], [2, 0, 1]))).toEqual({
      rows: 2,
      columns: [numbers("x", [1, 3]), { ...columns[1], codes: Int32Array.of(0, -1) }],
      labels: Float64Array.of(5, 7),
      weights: Float64Array.of(2, 1),
    });
    const binary = { ...frameOf(columns, [1, 0, 1]), weights: Float64Array.of(0, 1, 0) };
    expect(usedRows(binary).labels).toEqual(Uint8Array.of(0));
  });

  it("keeps a frame as it is where every row counts", () => {
    const [without, all] = [
      numberFrame(columns, [5, 6, 7]),
      numberFrame(columns, [5, 6, 7], [1, 2, 3]),
    ];

    expect(usedRows(without)).toBe(without);
    expect(usedRows(all)).toBe(all);
  });
});
