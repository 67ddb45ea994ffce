import fc from "fast-check";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../../core/canonical-json.ts";
import type { Task } from "../../../core/definition/task.ts";
import { type TransformStep, transformStep } from "../../../core/definition/transform-schema.ts";
import { addColumnInput } from "../../../core/onnx/column-inputs.ts";
import { graphBuilder } from "../../../core/onnx/graph-builder.ts";
import type { Frame, FrameColumn, LabelledFrame } from "../../../core/training/training-frame.ts";
import { defineTransform } from "../../../core/transforms/define-transform.ts";
import { fitTransforms } from "../../../core/transforms/fit-transforms.ts";
import { frameTexts } from "../../../core/transforms/frame-texts.ts";
import { recordStep } from "../../../core/transforms/recording/record-step.ts";
import { recordedStep } from "../../../core/transforms/recording/recorded-step.ts";
import { replayStep } from "../../../core/transforms/recording/replay-step.ts";
import {
  type AppliedStep,
  addTransforms,
  transformFrame,
} from "../../../core/transforms/transform-frame.ts";

import { numbers, strings } from "../training/frames.ts";
import { strangeNumber, strangeText } from "../training/strange-values.ts";

const BINARY: Task = { type: "binary" };
const THREE: Task = { type: "multiclass", classes: ["a", "b", "c"] };

const NUMBERS = [
  0,
  -0,
  1,
  -1,
  0.1,
  2.5,
  17.25,
  -3.75,
  100,
  1e-8,
  1e6,
  -1e6,
  3e38,
  -3e38,
  1e-40,
  NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  18,
  30,
  12,
  24,
  23.999,
];
const TEXTS = [
  "",
  "a",
  "A",
  "b",
  "red",
  "Red Apple",
  "the quick brown fox",
  "The QUICK fox, the fox",
  "Ünïcödé straße İstanbul",
  "ünïcödé",
  "🙂",
  "🙂🙂 smile",
  "日本語 テキスト",
  "x".repeat(300),
  " ",
  "\t\n",
  "a\u0003b",
  "NUL\0after",
  "\ud800 half",
  "e\u0301 é",
  "a-b_c.d'e",
  "0",
  "ß",
  "\u0007\u007f",
  "other",
];

function frameOf(rows: number, shift: number): Frame {
  const number = (name: string, by: number): FrameColumn => ({
    kind: "number",
    name,
    values: Float32Array.from(
      { length: rows },
      (_, i) => NUMBERS[(i * by + shift) % NUMBERS.length] as number,
    ),
  });
  const category = (name: string, by: number, used: number): FrameColumn => ({
    kind: "category",
    name,
    codes: Int32Array.from({ length: rows }, (_, i) => ((i * by + shift) % (used + 1)) - 1),
    dictionary: [...TEXTS.slice(0, used)].sort(),
  });
  return {
    rows,
    columns: [
      number("x", 1),
      number("y", 7),
      category("s", 1, shift === 0 ? 18 : 25),
      category("t", 3, 6),
    ],
  };
}

const TRAIN: LabelledFrame = {
  ...frameOf(230, 0),
  labels: Uint8Array.from({ length: 230 }, (_, i) => (i % 3 === 0 ? 1 : 0)),
};
/** Holds strings that the training rows have not. */
const OTHER = frameOf(115, 5);

const strangeFrames = fc
  .array(fc.tuple(strangeNumber, strangeNumber, strangeText, strangeText), {
    minLength: 1,
    maxLength: 40,
  })
  .map((rows): Frame => {
    const [x, y] = [rows.map((row) => row[0]), rows.map((row) => row[1])];
    const [s, t] = [rows.map((row) => row[2]), rows.map((row) => row[3])];
    return {
      rows: rows.length,
      columns: [numbers("x", x), numbers("y", y), strings("s", s), strings("t", t)],
    };
  });

const step = (given: object): TransformStep => transformStep.parse(given);

async function run(graph: Uint8Array, frame: Frame) {
  const session = await InferenceSession.create(graph, {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const feeds = frame.columns.map((column) => {
    if (column.kind === "number")
      return [column.name, new Tensor("float32", column.values, [frame.rows, 1])] as const;
    const { codes, dictionary } = column;
    return [
      column.name,
      new Tensor(
        "string",
        Array.from(codes, (code) => dictionary[code] ?? ""),
        [frame.rows, 1],
      ),
    ] as const;
  });
  const outputs = await session.run(Object.fromEntries(feeds));
  await session.release();
  return outputs;
}

/** Steps as an explainer's file brings them back. */
function replayed(
  applied: readonly AppliedStep[],
  kinds: ReadonlyMap<string, FrameColumn["kind"]>,
): readonly AppliedStep[] {
  const known = new Map(kinds);
  return applied.map((own) => {
    const read = own.reads.map((name) => known.get(name) as FrameColumn["kind"]);
    for (const { name, kind } of own.makes) known.set(name, kind);
    const stored: unknown = JSON.parse(canonicalJson(recordStep(own, read)));
    return replayStep(recordedStep.parse(stored), read);
  });
}

async function compare(steps: readonly TransformStep[], frame: Frame, task: Task = BINARY) {
  const { fitted } = fitTransforms(steps, TRAIN, { task, seed: 1 });
  const graph = graphBuilder("t");
  const inputs = new Map(
    TRAIN.columns.map((column) => [column.name, addColumnInput(graph, column)]),
  );
  const kinds = new Map(TRAIN.columns.map(({ name, kind }) => [name, kind]));
  const made = addTransforms(graph, inputs, fitted, kinds);
  const names: string[] = [];
  for (const [name, value] of made) {
    const kind = fitted.columns.find((column) => column.name === name)?.kind;
    const output = graph.node("Identity", [value], { output: `out_${names.length}` });
    graph.output(output, kind === "number" ? "float" : "string", ["n", 1]);
    names.push(name);
  }
  const found = await run(graph.toBytes(), frame);
  const expected = transformFrame(fitted, frame);
  expect(transformFrame({ ...fitted, applied: replayed(fitted.applied, kinds) }, frame)).toEqual(
    expected,
  );
  expect(expected.columns.map(({ name }) => name)).toEqual(names);
  expected.columns.forEach((column, i) => {
    const output = found[`out_${i}`];
    if (column.kind === "category") {
      const { codes, dictionary } = frameTexts(column.codes, column.dictionary);
      const texts = Array.from(codes, (code) => dictionary[code] ?? "");
      expect(output?.dims, column.name).toEqual([frame.rows, 1]);
      // what no step has touched comes as it went in
      expect(
        Array.from(
          output?.data as string[],
          (text) => frameTexts(Int32Array.of(0), [text]).dictionary[0] ?? "",
        ),
        column.name,
      ).toEqual(texts);
      return;
    }
    const values = output?.data as Float32Array;
    expect(output?.dims, column.name).toEqual([frame.rows, 1]);
    column.values.forEach((value, row) => {
      const got = values[row] as number;
      const same =
        Object.is(got + 0, value + 0) || Math.abs(got - value) <= 2.4e-7 * Math.abs(value) + 1e-12;
      expect(same, `${column.name} row ${row}: ${got} in the graph, ${value} in the frame`).toBe(
        true,
      );
    });
  });
}

const on = (how: string, columns: readonly string[], options: object = {}) =>
  step({ how, columns, ...options });

/** Every operator that takes numbers or strings, of columns and of constants. */
const own = defineTransform<{ least: number }, { times: number }>({
  name: "own",
  reads: ["number", "number", "category", "category"],
  makes: { sums: "number", waves: "number", tests: "number", strings: "category" },
  fit: () => ({ least: -3 }),
  toOnnx(nodes, { numbers, texts }, { least }, { times }) {
    const [x, y, s, t] = [...numbers, ...texts] as [
      (typeof numbers)[0],
      (typeof numbers)[0],
      (typeof texts)[0],
      (typeof texts)[0],
    ];
    const small = nodes.minimum(nodes.maximum(nodes.floor(x), least), nodes.absolute(y));
    const bounded = nodes.add(nodes.minimum(nodes.maximum(y, -5), 5), -0);
    const sum = nodes.add(nodes.multiply(nodes.power(bounded, 2), times), nodes.exp(bounded));
    const both = nodes.subtract(nodes.divide(sum, 3), bounded);
    const test = nodes.choose(nodes.isLess(x, y), nodes.isEqual(x, y), Number.NEGATIVE_INFINITY);
    return {
      sums: both,
      waves: nodes.add(nodes.sine(bounded), nodes.cosine(nodes.log(nodes.add(small, 1)))),
      tests: nodes.choose(nodes.isMissing(x), 7, test),
      strings: nodes.joinTexts(nodes.fillTexts(s, "none"), "+", t),
    };
  },
});

const CASES: Readonly<Record<string, readonly TransformStep[]>> = {
  impute: [
    on("impute", ["x"], { with: "constant", value: 7.5, indicator: true }),
    on("impute", ["y"], { with: "median" }),
    on("impute", ["s", "t"], { with: "most-frequent", indicator: true }),
  ],
  "impute mean": [
    on("impute", ["x", "y"], { with: "mean", into: ["a", "b"] }),
    on("impute", ["s"], { with: "constant", value: "none" }),
  ],
  scale: [
    on("scale", ["x"]),
    on("scale", ["y"], { by: "robust", into: ["z"] }),
    on("scale", ["y"], { by: "min-max" }),
  ],
  bucketise: [
    on("bucketise", ["x"], { edges: [-1, 0, 18, 30] }),
    on("bucketise", ["y"], { quantiles: 4, as: "category" }),
  ],
  "one-hot": [
    on("one-hot", ["s"], { maxCategories: 7, other: true, missing: true }),
    on("one-hot", ["t"]),
  ],
  ordinal: [
    on("ordinal", ["s"]),
    on("ordinal", ["t"], { order: "alphabet", unknown: -5, into: ["o"] }),
    on("ordinal", ["t"], { order: ["b", "a"] }),
  ],
  target: [on("target", ["s", "t"])],
  frequency: [on("frequency", ["s"]), on("frequency", ["t"], { as: "count" })],
  hash: [
    on("hash", ["s"], { buckets: 16 }),
    on("hash", ["t"], { buckets: 50_000, as: "number", seed: 3 }),
  ],
  folding: [on("rare", ["s"], { minShare: 0.05 }), on("unknown", ["t"])],
  clip: [on("clip", ["x"], { min: -2 }), on("clip", ["y"], { quantiles: [0.2, 0.8] })],
  power: [
    on("power", ["x"], { by: "log", into: ["a"] }),
    on("power", ["x"], { by: "signed-log", into: ["b"] }),
    on("power", ["x"], { by: "power", exponent: 0.5, into: ["c"] }),
    on("power", ["x"], { by: "box-cox", into: ["d"] }),
    on("power", ["x"], { by: "yeo-johnson", into: ["e"] }),
    on("power", ["x"], { by: "yeo-johnson", lambda: 2, into: ["f"] }),
    on("power", ["x"], { by: "box-cox", lambda: 0, into: ["g"] }),
  ],
  cyclic: [on("cyclic", ["x"], { period: 24 })],
  cross: [
    on("cross", ["s", "t"], { into: "st" }),
    on("rare", ["st"]),
    on("hash", ["st"], { buckets: 8 }),
  ],
  "words, tf-idf": [on("text", ["s"], { minRows: 1, ngrams: [1, 2] })],
  "characters, counts": [
    on("text", ["s"], {
      tokens: "character",
      ngrams: [1, 3],
      weights: "count",
      normalise: false,
      vocabulary: 300,
      minRows: 1,
    }),
  ],
  "case kept, few tokens": [
    on("text", ["s"], { lowerCase: false, maxTokens: 2, weights: "binary", minRows: 1 }),
  ],
  "hashed words": [on("text", ["s"], { buckets: 32, ngrams: [1, 3] })],
  "hashed characters": [
    on("text", ["s"], { tokens: "character", buckets: 32, ngrams: [2, 4], weights: "count" }),
  ],
  "one's own": [
    step({
      use: own,
      columns: ["x", "y", "s", "t"],
      into: "own",
      options: { times: 2 },
    }),
  ],
  chain: [
    on("impute", ["x"], { with: "median" }),
    on("clip", ["x"], { quantiles: [0.05, 0.95] }),
    on("bucketise", ["x"], { quantiles: 5, as: "category", into: ["xb"] }),
    on("cross", ["xb", "t"], { into: "xt" }),
    on("target", ["xt"]),
    on("drop", ["y"]),
    on("keep", ["x", "xt", "s"]),
  ],
};

describe("transforms", () => {
  for (const [name, steps] of Object.entries(CASES)) {
    it(`give the same in the graph as on the frame: ${name}`, async () => {
      await compare(steps, OTHER);
    });
  }

  for (const [name, steps] of Object.entries(CASES)) {
    it(`give the same of any values: ${name}`, async () => {
      await fc.assert(
        fc.asyncProperty(strangeFrames, (frame) => compare(steps, frame)),
        { numRuns: 5 },
      );
    });
  }

  it("give the mean of each class in the graph as on the frame", async () => {
    await compare([on("target", ["s", "t"])], OTHER, THREE);
  });

  it("are all among these cases", () => {
    const known = transformStep.options.map(({ shape }) => shape.how.def as { values?: string[] });
    const tested = new Set(Object.values(CASES).flatMap((steps) => steps.map(({ how }) => how)));

    expect([...tested].map(String).sort()).toEqual(
      known.map(({ values }) => String(values?.[0])).sort(),
    );
  });

  it("take rows of which every text is missing", async () => {
    const empty: Frame = {
      rows: 2,
      columns: OTHER.columns.map((column) =>
        column.kind === "number"
          ? { ...column, values: Float32Array.of(NaN, NaN) }
          : { ...column, codes: Int32Array.of(-1, -1) },
      ),
    };

    for (const steps of Object.values(CASES)) await compare(steps, empty);
  });
});
