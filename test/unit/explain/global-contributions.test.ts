import { describe, expect, it } from "vitest";
import { globalContributions } from "../../../core/explain/global-contributions.ts";
import type { Frame, FrameColumn } from "../../../core/training/training-frame.ts";
import { numbers, strings } from "../training/frames.ts";
import { boosted, towns, twoClasses } from "./explained-models.ts";

const frame: Frame = {
  rows: 4,
  columns: [numbers("a", [1, -1, 3, -3]), strings("b", ["x", "y", "x", "y"])],
};

/** Two scores: a adds its value to the first and 10 to the second, b 5 to the first. */
const contributions = ({ rows, columns }: Frame) => {
  const [a] = columns as [Extract<FrameColumn, { kind: "number" }>, FrameColumn];
  return Float64Array.from(
    Array.from({ length: rows }, (_, row) => [a.values[row] ?? 0, 5, 99, 10, 0, 99]).flat(),
  );
};

describe("globalContributions", () => {
  it("are means of absolute values, computed by hand, the highest first", () => {
    expect(globalContributions(contributions, frame, { width: 2 })).toEqual([
      { feature: "a", meanAbsolute: 6, byScore: [2, 10] },
      { feature: "b", meanAbsolute: 2.5, byScore: [5, 0] },
    ]);
  });

  it("looks at so many rows, evenly spread", () => {
    // Rows 0 and 2 have 1 and 3.
    const seen: Frame[] = [];
    const spy = (some: Frame) => {
      seen.push(some);
      return contributions(some);
    };

    const [first] = globalContributions(spy, frame, { width: 2, rows: 2 });

    expect(first?.byScore).toEqual([2, 10]);
    expect(seen).toEqual([
      {
        rows: 2,
        columns: [numbers("a", [1, 3]), { ...frame.columns[1], codes: Int32Array.of(0, 0) }],
      },
    ]);
  });

  it("is 0 for a frame without rows", () => {
    const none = {
      rows: 0,
      columns: frame.columns.map((column) =>
        column.kind === "number"
          ? { ...column, values: new Float32Array(0) }
          : { ...column, codes: new Int32Array(0) },
      ),
    };

    const found = globalContributions(contributions, none, { width: 2 });

    expect(found.map(({ meanAbsolute }) => meanAbsolute)).toEqual([0, 0]);
  });

  it("finds what a model looks at", () => {
    const train = twoClasses(towns(800, 3));
    const model = boosted({ type: "binary" }, train);

    const found = globalContributions(
      (some) => model.contributions?.(some) as Float64Array,
      train,
      {
        width: 1,
      },
    );

    const [first, second] = found;
    expect(first?.feature).toBe("x");
    expect(first?.meanAbsolute).toBeGreaterThan(3 * (second?.meanAbsolute ?? Number.NaN));
  });
});
