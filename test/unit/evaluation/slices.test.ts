import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Task } from "../../../core/definition/task.ts";
import type { MeasuredRows } from "../../../core/evaluation/measured-rows.ts";
import { type SliceOptions, slices } from "../../../core/evaluation/slices.ts";
import { seededRandom } from "../../../core/training/random.ts";
import type { FrameColumn } from "../../../core/training/training-frame.ts";
import { categories, numbers } from "./frame-columns.ts";
import { measuredRows } from "./task-fixtures.ts";

const binary: Task = { type: "binary" };
const ROWS = 2_000;

/** A number in 0..1 from the generator. */
const shareOf = (random: { nextUint32(): number }) => random.nextUint32() / 2 ** 32;

interface World {
  readonly rows: MeasuredRows;
  readonly columns: readonly FrameColumn[];
}

/**
 * Rows whose score knows the label, but in the north, and of the first few rows in the tiny place, where
 * it is turned round.
 */
function world(seed = 1): World {
  const random = seededRandom(seed);
  const region: string[] = [];
  const place: string[] = [];
  const age: number[] = [];
  const labels: number[] = [];
  const predictions: number[] = [];
  for (let row = 0; row < ROWS; row++) {
    const isTiny = row < 6;
    region.push(["south", "east", "west", "north"][Math.floor(shareOf(random) * 4)] as string);
    place.push(isTiny ? "tiny" : `p${Math.floor(shareOf(random) * 8)}`);
    age.push(Math.floor(shareOf(random) * 80));
    const label = shareOf(random) < 0.4 ? 1 : 0;
    const isBlind = region[row] === "north";
    const known = isTiny ? 1 - label : isBlind ? (shareOf(random) < 0.5 ? 1 : 0) : label;
    labels.push(label);
    predictions.push(0.3 + 0.2 * known + 0.4 * (shareOf(random) - 0.5));
  }
  return {
    rows: measuredRows({ labels, predictions, threshold: 0.4 }),
    columns: [categories("region", region), categories("place", place), numbers("age", age)],
  };
}

const find = (options: Partial<SliceOptions> = {}, { rows, columns } = world()) =>
  slices(binary, rows, columns, { metric: "rocAuc", seed: 1, ...options });

describe("slices", () => {
  it("finds the region where the model is blind, and nothing else, among all columns", () => {
    const report = find();

    expect(report?.worst.map(({ where }) => where)).toEqual([
      [{ column: "region", value: "north" }],
    ]);
    expect(report?.worst[0]?.value).toBeCloseTo(0.5, 1);
    expect(report?.worst[0]?.worseByAtLeast).toBeGreaterThan(0.1);
    expect(report?.asked).toEqual([]);
    // 4 regions, 8 places without the tiny one, 5 spans of age.
    expect(report?.tried).toBe(17);
  });

  it("does not let a tiny slice win that is far worse, by chance or not", () => {
    const report = find({ minRows: 2, metric: "accuracy" });
    const asked = find({ minRows: 2, metric: "accuracy", asked: ["place"] })?.asked;

    const tiny = asked?.find(({ where }) => where[0]?.value === "tiny");
    const north = report?.worst[0];
    expect(north?.where[0]?.value).toBe("north");
    expect(tiny?.rows).toBe(6);
    expect(tiny?.worseBy).toBeGreaterThan(north?.worseBy as number);
    expect(tiny?.worseByAtLeast as number).toBeLessThan(north?.worseByAtLeast as number);
  });

  it("finds nothing where no column says anything about the model, in nearly every world", () => {
    const found = [1, 2, 3, 4, 5, 6].map((seed) => {
      const { rows, columns } = world(seed);
      const others = columns.map((column) => ({ ...column, ...turned(column) }) as FrameColumn);
      return find({}, { rows, columns: others })?.worst.length;
    });

    expect(found.filter((count) => count === 0).length).toBeGreaterThanOrEqual(5);
  });

  it("reports all slices of the columns asked for, worst first, with differences to all rows", () => {
    const report = find({ asked: ["age"] });

    const worse = report?.asked.map(({ worseBy }) => worseBy) ?? [];
    expect(report?.asked.flatMap(({ where }) => where.map(({ column }) => column))).toEqual(
      new Array(5).fill("age"),
    );
    expect(worse).toEqual(worse.toSorted((a, b) => b - a));
    for (const slice of report?.asked ?? []) {
      expect(slice.worseBy).toBeCloseTo((report?.overall as number) - slice.value, 12);
      expect(slice.standardError).toBeGreaterThan(0);
    }
    expect(report?.asked.reduce((sum, { rows }) => sum + rows, 0)).toBe(ROWS);
  });

  it("is sure of a slice that is all rows, and less so the fewer rows it has", () => {
    const { rows } = world();
    const one = categories("one", new Array<string>(ROWS).fill("same"));
    const half = categories(
      "half",
      Array.from({ length: ROWS }, (_, row) => (row % 8 === 0 ? "few" : "most")),
    );

    const report = find(
      { asked: ["one", "half"], metric: "brier" },
      { rows, columns: [one, half] },
    );

    const errorOf = (value: string) =>
      report?.asked.find(({ where }) => where[0]?.value === value)?.standardError as number;
    expect(errorOf("same")).toBe(0);
    // Errors of a share f go with sqrt(1 / f - 1): sqrt(7) and sqrt(1 / 7).
    const ratio = errorOf("few") / errorOf("most");
    expect(ratio).toBeGreaterThan(5);
    expect(ratio).toBeLessThan(9);
    expect(report?.worst).toEqual([]);
  });

  it("takes pairs of the columns asked for, if it is told to", () => {
    const asked = ["region", "age"];

    const alone = find({ asked, minRows: 20 });
    const paired = find({ asked, minRows: 20, pairs: true });

    const pairs = paired?.asked.filter(({ where }) => where.length === 2) ?? [];
    expect(alone?.asked.every(({ where }) => where.length === 1)).toBe(true);
    expect(pairs).toHaveLength(4 * 5);
    expect(pairs.reduce((sum, { rows }) => sum + rows, 0)).toBe(ROWS);
    expect(pairs[0]?.where.map(({ column }) => column)).toEqual(["region", "age"]);
    expect(pairs[0]?.where[0]?.value).toBe("north");
  });

  it("does not pair a column of too many values", () => {
    const { rows, columns } = world();
    const ids = categories(
      "id",
      Array.from({ length: ROWS }, (_, row) => `id${row % 300}`),
    );

    const report = find(
      { asked: ["id", "region"], pairs: true, minRows: 2 },
      {
        rows,
        columns: [...columns, ids],
      },
    );

    expect(report?.asked.every(({ where }) => where.length === 1)).toBe(true);
  });

  it("gives as many of the worst as it may", () => {
    const asked = ["region", "age"];

    const all = find({ asked, pairs: true, minRows: 50 });
    const two = find({ asked, pairs: true, minRows: 50, most: 2 });

    expect(all?.worst.length).toBeGreaterThan(2);
    expect(two?.worst).toEqual(all?.worst.slice(0, 2));
  });

  it.each([
    ["confidence", { confidence: 0.9999 }],
    ["samples", { samples: 20 }],
    ["seed", { seed: 2 }],
    ["metric", { metric: "logLoss" as const }],
  ])("depends on %s", (_name, options) => {
    expect(find(options)?.worst).not.toEqual(find()?.worst);
  });

  it("depends on the number of bins", () => {
    const spans = (bins: number) => find({ asked: ["age"], bins })?.asked.length;

    expect([spans(2), spans(8)]).toEqual([2, 8]);
  });

  it("demands more of each slice the more were tried", () => {
    const { rows, columns } = world();
    const more = Array.from({ length: 12 }, (_, i) => ({
      ...(columns[2] as FrameColumn),
      name: `age${i}`,
    }));

    const few = find()?.worst[0]?.worseByAtLeast as number;
    const many = find({}, { rows, columns: [...columns, ...more] })?.worst[0];

    expect(many?.worseByAtLeast).toBeLessThan(few);
  });

  it("says nothing where the rows do not define the metric, or a slice does not", () => {
    const ones = measuredRows({ labels: [1, 1], predictions: [0.5, 0.6] });
    const mixed = measuredRows({
      labels: [1, 1, 0, 1],
      predictions: [0.5, 0.6, 0.1, 0.4],
      weights: [1, 1, 1, 0],
    });
    const column = categories("side", ["a", "a", "b", "c"]);
    const options = { metric: "rocAuc", asked: ["side"], minRows: 1, seed: 1 } as const;

    expect(slices(binary, ones, [column], options)).toBeUndefined();
    expect(slices(binary, mixed, [column], options)).toMatchObject({ tried: 0, asked: [] });
  });

  it("has no bound where too many samples of a slice do not define the metric", () => {
    const rows = measuredRows({ labels: [1, 0, 1, 0], predictions: [0.1, 0.9, 0.8, 0.3] });

    const report = slices(binary, rows, [categories("side", ["a", "a", "b", "b"])], {
      metric: "rocAuc",
      asked: ["side"],
      minRows: 1,
      seed: 1,
    });

    // Half of the samples of two rows are of one class.
    expect(report?.asked).toMatchObject([
      { worseBy: 0.25, standardError: null, worseByAtLeast: null },
      { worseBy: -0.75, standardError: null, worseByAtLeast: null },
    ]);
    expect(report?.worst).toEqual([]);
  });

  it("slices a ranking by query, by columns that are the same within queries", () => {
    const queries = 60;
    const groups = Array.from({ length: queries + 1 }, (_, query) => query * 3);
    const country = Array.from({ length: queries * 3 }, (_, row) =>
      Math.floor(row / 3) % 2 === 0 ? "de" : "fr",
    );
    const position = country.map((_, row) => row % 3);
    // In France the relevant row comes last.
    const labels = country.map((value, row) => (row % 3 === (value === "fr" ? 2 : 0) ? 1 : 0));
    const rows = measuredRows({ labels, predictions: position.map((at) => -at), groups });

    const report = slices(
      { type: "ranking" },
      rows,
      [categories("country", country), numbers("position", position)],
      { metric: "mrr", asked: ["country", "position"], minRows: 10, seed: 1 },
    );

    expect(report?.asked.map(({ where, rows, value }) => [where[0]?.value, rows, value])).toEqual([
      ["fr", 30, 1 / 3],
      ["de", 30, 1],
    ]);
    expect(report?.worst.map(({ where }) => where[0]?.value)).toEqual(["fr"]);
  });

  it("measures each slice as if it were alone, whatever the weights", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(1), fc.nat(8), fc.nat(2)), { minLength: 3 }),
        (given) => {
          const rows = measuredRows({
            labels: given.map(([label]) => label),
            predictions: given.map(([, score]) => score / 8),
            weights: given.map(([, , weight]) => weight + 1),
          });
          const column = numbers(
            "n",
            given.map(([, , weight]) => weight),
          );

          const report = slices(binary, rows, [column], {
            metric: "brier",
            asked: ["n"],
            minRows: 1,
            samples: 5,
            seed: 1,
          });

          const total = report?.asked.reduce((sum, { where, rows: count, value }) => {
            return sum + count * (Number(where[0]?.value) + 1) * value;
          }, 0) as number;
          const weight = given.reduce((sum, [, , own]) => sum + own + 1, 0);
          expect(total / weight).toBeCloseTo(report?.overall as number, 12);
        },
      ),
      { numRuns: 30 },
    );
  });
});

/** A column's values in reverse: they belong to other rows then. */
function turned(column: FrameColumn): object {
  return column.kind === "number"
    ? { values: column.values.toReversed() }
    : { codes: column.codes.toReversed() };
}
