import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../../core/errors.ts";
import {
  type PermutationInput,
  permutationImportances,
} from "../../../core/evaluation/permutation-importances.ts";
import type { CategoryColumn, Frame, NumberColumn } from "../../../core/training/training-frame.ts";
import { categories, numbers } from "./frame-columns.ts";

const numberAt = (frame: Frame, column: number, row: number) =>
  (frame.columns[column] as NumberColumn).values[row] as number;

/** 3 a + 1 where the letter is x; b says nothing. */
async function score(frame: Frame): Promise<Float64Array> {
  const { codes, dictionary } = frame.columns[2] as CategoryColumn;
  return Float64Array.from({ length: frame.rows }, (_, row) => {
    const isX = dictionary[codes[row] as number] === "x";
    return 3 * numberAt(frame, 0, row) + (isX ? 1 : 0);
  });
}

const ROWS = 60;
const rowNumbers = Array.from({ length: ROWS }, (_, row) => row);
const columns = [
  numbers(
    "a",
    rowNumbers.map((row) => (row * 7) % 11),
  ),
  numbers("b", rowNumbers),
  categories(
    "letter",
    rowNumbers.map((row) => (row % 3 === 0 ? "x" : "y")),
  ),
] as const;
const frame = {
  rows: ROWS,
  columns,
  labels: Float64Array.from(rowNumbers, (row) => 3 * ((row * 7) % 11) + (row % 3 === 0 ? 1 : 0)),
};
const input: PermutationInput = {
  task: { type: "regression", quantiles: [] },
  frame,
  score,
  metric: "mae",
  seed: 1,
};

describe("permutationImportances", () => {
  it("orders inputs by what they say, and gives 0 to one that says nothing", async () => {
    const [a, b, letter] = await permutationImportances(input);

    expect([a?.input, b?.input, letter?.input]).toEqual(["a", "b", "letter"]);
    expect(a?.mean).toBeGreaterThan(5);
    expect(b).toEqual({ input: "b", mean: 0, standardDeviation: 0 });
    // A letter is wrong where it was x and is y or the other way: 2 * 1/3 * 2/3 of the rows.
    expect(letter?.mean).toBeCloseTo(4 / 9, 1);
    expect(letter?.standardDeviation).toBeGreaterThan(0);
  });

  it("comes to the mean over all orders, as more repeats are made", async () => {
    const three = {
      rows: 3,
      columns: [numbers("n", [0, 1, 5])],
      labels: Float64Array.of(0, 1, 5),
    };
    const own = async ({ columns: [column] }: Frame) =>
      Float64Array.from((column as NumberColumn).values);

    const [found] = await permutationImportances({
      ...input,
      frame: three,
      score: own,
      repeats: 3_000,
    });

    // Mean distance of two of the three, drawn independently: 2 * (1 + 4 + 5) / 9.
    expect(found?.mean).toBeCloseTo(20 / 9, 1);
  });

  it("is positive where a metric that should be high falls", async () => {
    const [a] = await permutationImportances({ ...input, metric: "r2" });

    expect(a?.mean).toBeGreaterThan(0.5);
  });

  it("is the same for the same seed, and another for another", async () => {
    const found = await permutationImportances(input);

    expect(await permutationImportances(input)).toEqual(found);
    expect(await permutationImportances({ ...input, seed: 2 })).not.toEqual(found);
  });

  it("has no deviation of one repeat", async () => {
    const [a] = await permutationImportances({ ...input, repeats: 1 });

    expect(a?.mean).toBeGreaterThan(0);
    expect(a?.standardDeviation).toBe(0);
  });

  it("scores no more rows than it may, with their labels and weights", async () => {
    const asked: number[] = [];
    const weights = Float64Array.from(rowNumbers, (row) => (row % 2 === 0 ? 1 : 2));
    const counting = (scored: Frame) => {
      asked.push(scored.rows);
      return score(scored);
    };

    const found = await permutationImportances({
      ...input,
      frame: { ...frame, weights },
      score: counting,
      maxRows: 20,
      repeats: 2,
    });

    expect(asked).toEqual(new Array(1 + 3 * 2).fill(20));
    // Labels went with their rows, or the reference would be wrong and b would not be 0.
    expect(found[1]?.mean).toBe(0);
    expect(found[0]?.mean).toBeGreaterThan(1);
  });

  it("draws whole queries of a ranking", async () => {
    const groups = Uint32Array.from({ length: 21 }, (_, query) => query * 3);
    const labels = Float64Array.from(rowNumbers, (row) => (row % 3 === 0 ? 1 : 0));
    const asked: number[] = [];
    const byLabel = async (scored: Frame) => {
      asked.push(scored.rows);
      const { codes, dictionary } = scored.columns[2] as CategoryColumn;
      return Float64Array.from(codes, (code) => (dictionary[code] === "x" ? 1 : 0));
    };

    const ofAtMost = (maxRows: number) =>
      permutationImportances({
        ...input,
        task: { type: "ranking" },
        frame: { ...frame, labels, groups },
        score: byLabel,
        metric: "ndcg",
        maxRows,
        repeats: 3,
      });

    const found = await ofAtMost(31);
    await ofAtMost(2);

    // Ten queries of three rows; then one, for there must be one.
    expect(new Set(asked)).toEqual(new Set([30, 3]));
    expect(found.map(({ mean }) => mean > 0)).toEqual([false, false, true]);
  });

  it("passes the threshold on", async () => {
    const own = async ({ columns: [column] }: Frame) =>
      Float64Array.from((column as NumberColumn).values, (value) => value / 20);
    const binary = {
      ...input,
      task: { type: "binary" } as const,
      frame: {
        ...frame,
        labels: Uint8Array.from(rowNumbers, (row) => ((row * 7) % 11 > 5 ? 1 : 0)),
      },
      score: own,
      metric: "accuracy",
    } as const;

    const [half] = await permutationImportances(binary);
    const [right] = await permutationImportances({ ...binary, threshold: 0.3 });

    expect(right?.mean).toBeGreaterThan((half?.mean as number) + 0.1);
  });

  it("finds nothing where the rows do not define the metric", async () => {
    const ones = { ...frame, labels: new Uint8Array(ROWS).fill(1) };
    const even = async () => new Float64Array(ROWS).fill(0.5);

    const found = await permutationImportances({
      ...input,
      task: { type: "binary" },
      frame: ones,
      score: even,
      metric: "rocAuc",
    });

    expect(found).toEqual([]);
  });

  it("fails without repeats", async () => {
    await expect(permutationImportances({ ...input, repeats: 0 })).rejects.toThrow(
      InvalidInputError,
    );
  });
});
