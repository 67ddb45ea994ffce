import { describe, expect, it } from "vitest";
import type { Task } from "../../../core/definition/task.ts";
import { type TransformStep, transformStep } from "../../../core/definition/transform-schema.ts";
import { trainCandidate } from "../../../core/training/train-candidate.ts";
import type { Frame, FrameColumn, LabelledFrame } from "../../../core/training/training-frame.ts";
import { fitTransforms } from "../../../core/transforms/fit-transforms.ts";
import { transformFrame } from "../../../core/transforms/transform-frame.ts";

const NONE = Number.NaN;

function categories(name: string, texts: readonly string[]): FrameColumn {
  const dictionary = [...new Set(texts)].filter((text) => text !== "").sort();
  return {
    kind: "category",
    name,
    dictionary,
    codes: Int32Array.from(texts, (t) => dictionary.indexOf(t)),
  };
}

const COLUMNS: readonly FrameColumn[] = [
  { kind: "number", name: "x", values: Float32Array.of(1, 2, 2, 3, 12, NONE) },
  categories("s", ["a", "b", "a", "c", "", "a"]),
  categories("t", ["p", "p", "q", "", "q", "q"]),
  categories("w", ["Red apple", "red Pear", "red", "", "apple apple", "it's"]),
];
const train: LabelledFrame = { rows: 6, columns: COLUMNS, labels: Uint8Array.of(1, 0, 1, 0, 0, 1) };

const rounded = (x: number) => Math.round(x * 1e4) / 1e4 + 0;

function shown(column: FrameColumn): readonly (number | string)[] {
  if (column.kind === "category")
    return Array.from(column.codes, (code) => column.dictionary[code] ?? "");
  return Array.from(column.values, rounded);
}

function made(steps: readonly object[], frame: Frame = train, task: Task = { type: "binary" }) {
  const parsed: readonly TransformStep[] = steps.map((step) => transformStep.parse(step));
  const { fitted, train: seen } = fitTransforms(parsed, train, { task, seed: 1 });
  const served = transformFrame(fitted, frame);
  const named = (columns: readonly FrameColumn[]) =>
    Object.fromEntries(columns.map((column) => [column.name, shown(column)]));
  return { served: named(served.columns), train: named(seen.columns), found: fitted.found };
}

const x = { columns: ["x"] };
const s = { columns: ["s"] };

/** What a lone step makes of the training rows, by hand. */
const VALUES: readonly (readonly [
  object,
  Readonly<Record<string, readonly (number | string)[]>>,
])[] = [
  [{ how: "impute", ...x, with: "mean" }, { x: [1, 2, 2, 3, 12, 4] }],
  [{ how: "impute", ...x, with: "median" }, { x: [1, 2, 2, 3, 12, 2] }],
  [{ how: "impute", ...x, with: "most-frequent" }, { x: [1, 2, 2, 3, 12, 2] }],
  [
    { how: "impute", ...x, with: "constant", value: -1, indicator: true },
    { x: [1, 2, 2, 3, 12, -1], x_missing: [0, 0, 0, 0, 0, 1] },
  ],
  [
    { how: "impute", ...s, with: "most-frequent", indicator: true },
    { s: ["a", "b", "a", "c", "a", "a"], s_missing: [0, 0, 0, 0, 1, 0] },
  ],
  // mean 4, variance (9 + 4 + 4 + 1 + 64) / 5 = 16.4
  [{ how: "scale", ...x }, { x: [-0.7408, -0.4939, -0.4939, -0.2469, 1.9755, NONE] }],
  // median 2, quartiles 2 and 3
  [{ how: "scale", ...x, by: "robust" }, { x: [-1, 0, 0, 1, 10, NONE] }],
  [{ how: "scale", ...x, by: "min-max" }, { x: [0, 0.0909, 0.0909, 0.1818, 1, NONE] }],
  [{ how: "bucketise", ...x, edges: [2, 12] }, { x: [0, 1, 1, 1, 2, NONE] }],
  [
    { how: "bucketise", ...x, quantiles: 2, as: "category" },
    { x: ["below 2", "2 and above", "2 and above", "2 and above", "2 and above", ""] },
  ],
  [
    { how: "bucketise", ...x, edges: [2, 3], as: "category" },
    { x: ["below 2", "[2, 3)", "[2, 3)", "3 and above", "3 and above", ""] },
  ],
  [
    { how: "one-hot", ...s, maxCategories: 1, other: true, missing: true },
    { "s=a": [1, 0, 1, 0, 0, 1], "s!other": [0, 1, 0, 1, 0, 0], "s!missing": [0, 0, 0, 0, 1, 0] },
  ],
  [
    { how: "one-hot", ...s, maxCategories: 2 },
    { "s=a": [1, 0, 1, 0, 0, 1], "s=b": [0, 1, 0, 0, 0, 0] },
  ],
  [{ how: "ordinal", ...s, order: ["c", "a"], unknown: 9 }, { s: [1, 9, 1, 0, NONE, 1] }],
  [{ how: "ordinal", ...s, order: ["c", "a"] }, { s: [1, NONE, 1, 0, NONE, 1] }],
  [{ how: "ordinal", columns: ["t"], order: "frequency" }, { t: [1, 1, 0, NONE, 0, 0] }],
  [{ how: "ordinal", columns: ["t"], order: "alphabet" }, { t: [0, 0, 1, NONE, 1, 1] }],
  [{ how: "frequency", ...s }, { s: [0.5, 0.1667, 0.5, 0.1667, NONE, 0.5] }],
  [{ how: "frequency", ...s, as: "count" }, { s: [3, 1, 3, 1, NONE, 3] }],
  [{ how: "rare", ...s, minShare: 0.2 }, { s: ["a", "other", "a", "other", "", "a"] }],
  [
    { how: "rare", ...s, minRows: 2, minShare: 0, name: "few" },
    { s: ["a", "few", "a", "few", "", "a"] },
  ],
  [{ how: "clip", ...x, min: 2, max: 3 }, { x: [2, 2, 2, 3, 3, NONE] }],
  [{ how: "clip", ...x, max: 2 }, { x: [1, 2, 2, 2, 2, NONE] }],
  [{ how: "clip", ...x, quantiles: [0.25, 0.75] }, { x: [2, 2, 2, 3, 3, NONE] }],
  [{ how: "power", ...x, by: "log" }, { x: [Math.LN2, 1.0986, 1.0986, 1.3863, 2.5649, NONE] }],
  [{ how: "power", ...x, by: "log", offset: -2 }, { x: [NONE, NONE, NONE, 0, Math.LN10, NONE] }],
  [{ how: "power", ...x, by: "power", exponent: -1 }, { x: [1, 0.5, 0.5, 0.3333, 0.0833, NONE] }],
  [{ how: "power", ...x, by: "box-cox", lambda: 2 }, { x: [0, 1.5, 1.5, 4, 71.5, NONE] }],
  [{ how: "power", ...x, by: "yeo-johnson", lambda: 2 }, { x: [1.5, 4, 4, 7.5, 84, NONE] }],
  [
    { how: "power", ...x, by: "yeo-johnson", lambda: 0 },
    { x: [Math.LN2, 1.0986, 1.0986, 1.3863, 2.5649, NONE] },
  ],
  [
    { how: "cyclic", ...x, period: 12 },
    { x_sin: [0.5, 0.866, 0.866, 1, 0, NONE], x_cos: [0.866, 0.5, 0.5, 0, 1, NONE] },
  ],
  [
    { how: "cross", columns: ["s", "t"], into: "st", separator: "/" },
    { st: ["a/p", "b/p", "a/q", "", "", "a/q"] },
  ],
  [
    { how: "text", columns: ["w"], weights: "count", normalise: false },
    { "w=red": [1, 1, 1, 0, 0, 0], "w=apple": [1, 0, 0, 0, 2, 0] },
  ],
  [
    { how: "text", columns: ["w"], weights: "binary", normalise: false },
    { "w=red": [1, 1, 1, 0, 0, 0], "w=apple": [1, 0, 0, 0, 1, 0] },
  ],
  [
    { how: "text", columns: ["w"], weights: "binary" },
    { "w=red": [Math.SQRT1_2, 1, 1, 0, 0, 0], "w=apple": [Math.SQRT1_2, 0, 0, 0, 1, 0] },
  ],
  // 1 + ln(7 / 4) and 1 + ln(7 / 3)
  [
    { how: "text", columns: ["w"], normalise: false },
    { "w=red": [1.5596, 1.5596, 1.5596, 0, 0, 0], "w=apple": [1.8473, 0, 0, 0, 3.6946, 0] },
  ],
  [
    {
      how: "text",
      columns: ["w"],
      lowerCase: false,
      weights: "count",
      normalise: false,
      vocabulary: 1,
    },
    { "w=apple": [1, 0, 0, 0, 2, 0] },
  ],
  [
    { how: "text", columns: ["w"], weights: "count", normalise: false, maxTokens: 1 },
    { "w=red": [1, 1, 1, 0, 0, 0] },
  ],
  [
    {
      how: "text",
      columns: ["w"],
      weights: "count",
      normalise: false,
      ngrams: [2, 2],
      minRows: 1,
      vocabulary: 1,
    },
    { "w=apple apple": [0, 0, 0, 0, 1, 0] },
  ],
  [
    {
      how: "text",
      columns: ["w"],
      tokens: "character",
      ngrams: [2, 2],
      weights: "count",
      normalise: false,
      vocabulary: 1,
    },
    { "w=ed": [1, 1, 1, 0, 0, 0] },
  ],
];

describe("a transform's values", () => {
  it.each(VALUES)("are those by hand: %j", (step, expected) => {
    const { served } = made([step]);

    for (const [name, values] of Object.entries(expected)) {
      const byHand = values.map((value) => (typeof value === "number" ? rounded(value) : value));
      expect(served[name], name).toEqual(byHand);
    }
  });

  it("give training rows means of other folds, and others the full means", () => {
    const found = made([{ how: "target", ...s, smoothing: 1, folds: 3 }]);
    const others = [0, 1, 2, 3].map(
      (seed) => made([{ how: "target", ...s, smoothing: 1, folds: 3, seed }]).train.s,
    );

    // overall 0.5: (3 + 0.5) / 4, (0 + 0.5) / 2; missing stays missing
    expect(found.served.s).toEqual([0.875, 0.25, 0.875, 0.25, NONE, 0.875]);
    // no row sees its own label: a string with one row has the overall mean
    expect(found.train.s?.[1]).toBe(0.5);
    expect(found.train.s?.[3]).toBe(0.5);
    expect(new Set(others.map(String)).size).toBeGreaterThan(1);
    expect(made([{ how: "target", ...s, smoothing: 3 }]).served.s?.[0]).toBe(0.75);
  });

  it("encode each class of several, and queries in one fold each", () => {
    const task: Task = { type: "multiclass", classes: ["no", "yes"] };
    const { served } = made([{ how: "target", ...s, smoothing: 0 }], train, task);
    const ranked = {
      ...train,
      labels: Float64Array.of(1, 0, 1, 0, 0, 1),
      groups: Uint32Array.of(0, 3, 6),
    };
    const step = transformStep.parse({ how: "target", ...s, smoothing: 0, folds: 2, seed: 3 });
    const { train: seen } = fitTransforms([step], ranked, { task: { type: "ranking" }, seed: 1 });

    expect(served["s=no"]).toEqual([0, 1, 0, 1, NONE, 0]);
    expect(served["s=yes"]).toEqual([1, 0, 1, 0, NONE, 1]);
    const [a, , third] = shown(seen.columns[1] as FrameColumn);
    expect(a).toBe(third);
  });

  it("know what to do with strings that training has not seen", () => {
    const frame = {
      rows: 2,
      columns: COLUMNS.map(
        (column): FrameColumn =>
          column.kind === "number"
            ? { ...column, values: Float32Array.of(1, 1) }
            : categories(column.name, ["new 🙂", "a"]),
      ),
    };
    const served = (step: object) => made([{ ...step, ...s }], frame).served;

    expect(served({ how: "unknown" }).s).toEqual(["unknown", "a"]);
    expect(served({ how: "unknown", name: "?" }).s).toEqual(["?", "a"]);
    expect(served({ how: "rare", minShare: 0 }).s).toEqual(["other", "a"]);
    expect(served({ how: "frequency" }).s).toEqual([0, 0.5]);
    expect(served({ how: "target", smoothing: 1 }).s).toEqual([0.5, 0.875]);
    expect(served({ how: "one-hot", other: true })["s!other"]).toEqual([1, 0]);
    const bucket = (parts: object) =>
      served({ how: "hash", buckets: 1_000, as: "number", ...parts }).s?.[0];
    expect(bucket({})).not.toBe(bucket({ seed: 5 }));
    expect(bucket({})).toBeLessThan(1_000);
    expect(served({ how: "hash", buckets: 1_000 }).s?.[0]).toBe(String(bucket({})));
  });

  it("find the lambda that makes a column most like a normal distribution", () => {
    const values = Float32Array.from({ length: 25_000 }, (_, i) => {
      const at = (i + 0.5) / 25_000;
      // about a normal quantile: the logistic one, squeezed
      return Math.exp(Math.log(at / (1 - at)) / 1.7);
    });
    const column: FrameColumn = { kind: "number", name: "x", values };
    const frame = { rows: values.length, columns: [column], labels: new Uint8Array(values.length) };
    const lambda = (by: string, own: LabelledFrame = frame) => {
      const steps = [transformStep.parse({ how: "power", ...x, by })];
      const { fitted } = fitTransforms(steps, own, { task: { type: "binary" }, seed: 1 });
      return (fitted.found[0] as { lambda: number }).lambda;
    };
    const flat = { ...frame, columns: [{ ...column, values: values.map(() => 3) }] };
    const below = { ...frame, columns: [{ ...column, values: values.map((value) => -value) }] };
    const huge = {
      ...frame,
      columns: [{ ...column, values: values.map((value) => value * 1e35) }],
    };

    // by lambdas far below 0 both numbers are one in doubles, which is no likelihood at all
    const two: LabelledFrame = {
      rows: 2,
      labels: new Uint8Array(2),
      columns: [{ ...column, values: Float32Array.of(1e30, 1.1e30) }],
    };

    expect(lambda("box-cox", two)).toBeGreaterThan(-1);
    expect(lambda("box-cox")).toBeCloseTo(0, 2);
    expect(lambda("yeo-johnson")).toBeLessThan(0);
    expect(lambda("box-cox", flat)).toBe(1);
    expect(lambda("box-cox", below)).toBe(1);
    expect(lambda("yeo-johnson", below)).toBeGreaterThan(2);
    expect(lambda("box-cox", huge)).toBeCloseTo(0, 2);
  });

  it("fail where the training split says nothing", () => {
    const empty = COLUMNS.map(
      (column): FrameColumn =>
        column.kind === "number"
          ? { ...column, values: new Float32Array(6).fill(NONE) }
          : { ...column, codes: new Int32Array(6).fill(-1) },
    );
    const fitting = (step: object) => () =>
      fitTransforms(
        [transformStep.parse(step)],
        { ...train, columns: empty },
        { task: { type: "binary" }, seed: 1 },
      );

    expect(fitting({ how: "scale", ...x })).toThrow("column x has no number in the training split");
    expect(fitting({ how: "impute", ...s, with: "most-frequent" })).toThrow(
      "column s has no string",
    );
    expect(fitting({ how: "text", ...s })).toThrow("column s has no run of tokens");
    expect(fitting({ how: "one-hot", columns: ["s"] })).not.toThrow();
    expect(fitting({ how: "keep", columns: ["none"] })).toThrow("no column for the model");
    expect(() => made([{ how: "scale", ...s }])).toThrow("is no column of numbers");
    expect(() => made([{ how: "hash", ...x, buckets: 2 }])).toThrow("is no column of strings");
    expect(() => made([{ how: "cyclic", ...s, period: 2 }])).toThrow("reads a column of numbers");
    expect(() => made([{ how: "ordinal", ...x, order: ["a"] }])).toThrow(
      "reads a column of strings",
    );
  });

  it("make 0 of a column without spread", () => {
    const flat = {
      ...train,
      columns: [{ kind: "number", name: "x", values: Float32Array.of(3, 3, 3, 3, 3, 3) }],
    } as const;
    const step = transformStep.parse({ how: "scale", ...x });

    const { train: seen } = fitTransforms([step], flat, { task: { type: "binary" }, seed: 1 });

    expect(shown(seen.columns[0] as FrameColumn)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("fold characters beyond the alphabet into one code", () => {
    const many = Array.from({ length: 9_000 }, (_, i) => String.fromCodePoint(0x4e00 + i));
    const frame: LabelledFrame = {
      rows: many.length,
      columns: [categories("s", many)],
      labels: new Uint8Array(many.length),
    };
    const step = transformStep.parse({ how: "hash", ...s, buckets: 65_536, as: "number" });
    const { train: seen } = fitTransforms([step], frame, { task: { type: "binary" }, seed: 1 });
    const buckets = shown(seen.columns[0] as FrameColumn);

    expect(buckets.at(-1)).toBe(buckets.at(-2));
    expect(new Set(buckets).size).toBeGreaterThan(6_000);
  });

  it("are the same twice, and part of any family's model", async () => {
    const rows = 200;
    const big: LabelledFrame = {
      rows,
      labels: Uint8Array.from({ length: rows }, (_, i) => (i % 5 < 2 ? 1 : 0)),
      columns: [
        { kind: "number", name: "x", values: Float32Array.from({ length: rows }, (_, i) => i % 5) },
        categories(
          "s",
          Array.from({ length: rows }, (_, i) => ["a", "b", "c"][i % 3] as string),
        ),
      ],
    };
    const steps = [
      { how: "scale", ...x },
      { how: "target", ...s, into: ["rate"] },
      { how: "cross", columns: ["s", "s2"], into: "both" },
    ];
    const transforms = [
      transformStep.parse({ how: "rare", ...s, into: ["s2"] }),
      ...steps.map((step) => transformStep.parse(step)),
    ];
    const order = {
      task: { type: "binary" },
      seed: 1,
      train: big,
      validation: big,
      tools: {},
      transforms,
    } as const;
    const candidate = {
      name: "it",
      family: "logistic-regression",
      parameters: {
        l1: 0,
        l2: 1,
        encoding: "one-hot",
        encodingSmoothing: 10,
        encodingFolds: 5,
        maxIterations: 50,
        tolerance: 1e-4,
      },
    } as const;

    const model = await trainCandidate({ ...order, candidate });
    const again = await trainCandidate({ ...order, candidate });
    const parts = model.contributions?.(big) as Float64Array;

    expect(model.scores(big)).toEqual(again.scores(big));
    expect(parts).toHaveLength(rows * 3);
    const [byX = 0, byS = 0, expected = 0] = parts;
    expect(byX + byS + expected).toBeCloseTo(model.scores(big)[0] as number, 10);
    expect(() => model.scores({ rows, columns: big.columns.slice(1) })).toThrow("columns must be");
    expect(model.state).toBeUndefined();
  });
});
