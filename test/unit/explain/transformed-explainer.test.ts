import { describe, expect, it } from "vitest";
import { transformStep } from "../../../core/definition/transform-schema.ts";
import { IntegrityError, InvalidInputError } from "../../../core/errors.ts";
import { parseExplainer } from "../../../core/explain/parse-explainer.ts";
import { trainCandidate } from "../../../core/training/train-candidate.ts";
import type { Frame, LabelledFrame } from "../../../core/training/training-frame.ts";
import { candidate, numbers, strings, withoutRows } from "../training/frames.ts";

const task = { type: "regression", quantiles: [] } as const;

/** Eight rows: every pair of s and t, with x low and high. */
const columns = [
  numbers("x", [0, 2, 4, 20, 0, 2, 4, 20]),
  strings("s", ["a", "a", "b", "b", "a", "a", "b", "b"]),
  strings("t", ["p", "p", "p", "p", "q", "q", "q", "q"]),
];
const labelled = (labels: readonly number[]): LabelledFrame => {
  return { rows: 8, columns, labels: Float64Array.from(labels) };
};

async function explainerOf(
  family: "linear-regression" | "gradient-boosting",
  parameters: Readonly<Record<string, number>>,
  transforms: readonly object[],
  train: LabelledFrame,
) {
  const model = await trainCandidate({
    candidate: candidate(family, parameters),
    ...{ task, seed: 1, train, validation: withoutRows(train), tools: {} },
    transforms: transforms.map((step) => transformStep.parse(step)),
  });
  const bytes = model.explainer?.() as Uint8Array;
  return { model, bytes, explainer: parseExplainer(bytes) };
}

function expectRows(found: Float64Array, rows: readonly (readonly number[])[], digits: number) {
  expect(found).toHaveLength(rows.flat().length);
  rows.flat().forEach((value, i) => {
    expect(found[i], `number ${i}`).toBeCloseTo(value, digits);
  });
}

/** A row that training has seen, an unknown town with a number that is clipped, and nothing at all. */
const asked: Frame = {
  rows: 3,
  columns: [
    numbers("x", [2, 1e9, NaN]),
    strings("s", ["b", "new", null]),
    strings("t", ["p", "q", null]),
  ],
};

describe("the explainer of a model with transforms", () => {
  it("gives what follows by hand of a line through clipped numbers and ordered strings", async () => {
    // clipped: 0 2 4 10, mean 4; place of s: a 0, b 1, mean 0.5
    const clipped = [0, 2, 4, 10, 0, 2, 4, 10];
    const train = labelled(clipped.map((x, i) => 5 + 2 * x + 4 * (i % 4 < 2 ? 0 : 1)));
    const { model, explainer } = await explainerOf(
      "linear-regression",
      { l2: 0, maxIterations: 1_000, tolerance: 1e-12 },
      [
        { how: "clip", columns: ["x"], min: 0, max: 10 },
        { how: "ordinal", columns: ["s"], order: "alphabet" },
        { how: "drop", columns: ["t"] },
      ],
      train,
    );

    const found = explainer.contributions(asked);

    // the mean score is 5 + 2 * 4 + 4 * 0.5; t is dropped, so nothing comes of it
    expectRows(
      found,
      [
        [2 * (2 - 4), 4 * (1 - 0.5), 0, 15],
        [2 * (10 - 4), 0, 0, 15],
        [0, 0, 0, 15],
      ],
      6,
    );
    expectRows(model.scores(asked), [[13], [27], [15]], 6);
    expect(explainer).toMatchObject({ family: "linear", width: 1, link: "identity" });
  });

  it("gives each input of a cross an equal part, of a line and of a tree", async () => {
    // 8 where s is a and t is p, else 0: the mean is 2
    const train = labelled([8, 8, 0, 0, 0, 0, 0, 0]);
    const crossed = [
      { how: "cross", columns: ["s", "t"], into: "st", separator: "/" },
      { how: "keep", columns: ["st"] },
    ];
    const line = await explainerOf(
      "linear-regression",
      { l2: 0, maxIterations: 1_000, tolerance: 1e-12 },
      crossed,
      train,
    );
    // target: a/p 8, others 0; one split between them
    const tree = await explainerOf(
      "gradient-boosting",
      {
        ...{ trees: 1, leaves: 2, learningRate: 1, l2: 0 },
        ...{ minLeafRows: 1, minLeafWeight: 0, earlyStoppingRounds: 0 },
      },
      [...crossed, { how: "ordinal", columns: ["st"], order: ["a/p"], unknown: 1 }],
      train,
    );
    const rows: Frame = { rows: 8, columns };

    const byHand = [8, 8, 0, 0, 0, 0, 0, 0].map((y) => [0, (y - 2) / 2, (y - 2) / 2, 2]);
    expectRows(line.explainer.contributions(rows), byHand, 5);
    expectRows(tree.explainer.contributions(rows), byHand, 6);
    expectRows(tree.model.scores(rows), [[8], [8], [0], [0], [0], [0], [0], [0]], 6);
  });

  it("adds up the columns that a text became", async () => {
    const words = ["red", "red car", "car", "", "red", "red car", "car", ""];
    const train = {
      rows: 8,
      columns: [strings("w", words)],
      labels: Float64Array.from(words, (text) => text.length),
    };
    const text = { how: "text", columns: ["w"], weights: "count", normalise: false };

    const { model, explainer } = await explainerOf("linear-regression", {}, [text], train);
    const found = explainer.contributions(train);

    expect(found).toHaveLength(8 * 2);
    model.scores(train).forEach((score, row) => {
      expect((found[2 * row] as number) + (found[2 * row + 1] as number)).toBeCloseTo(score, 10);
    });
    expect(found[0]).not.toBeCloseTo(found[2] as number, 1);
  });

  it("is the same bytes of the same rows, and refuses other columns", async () => {
    const train = labelled([1, 2, 3, 4, 5, 6, 7, 8]);
    const steps = [{ how: "scale", columns: ["x"] }];
    const once = await explainerOf("linear-regression", {}, steps, train);
    const again = await explainerOf("linear-regression", {}, steps, train);

    expect(again.bytes).toEqual(once.bytes);
    expect(() => once.explainer.contributions({ rows: 8, columns: columns.slice(1) })).toThrow(
      InvalidInputError,
    );
  });
});

interface Stored {
  inputs: { name: string }[];
  steps: {
    reads: string[];
    gives: number[];
    operators: { operator: string; given: unknown[] }[];
  }[];
  columns: { name: string; from: string[] }[];
  model: { format?: string; inputs: unknown[] };
}

describe("a damaged explainer of a model with transforms", async () => {
  const { bytes } = await explainerOf(
    "linear-regression",
    {},
    [
      { how: "power", columns: ["x"], by: "log" },
      { how: "text", columns: ["s"] },
    ],
    labelled([1, 2, 3, 4, 5, 6, 7, 8]),
  );
  const given = (stored: Stored, step: number, operator: number): unknown[] =>
    stored.steps[step]?.operators[operator]?.given ?? [];
  const first = (stored: Stored) => stored.steps[0] as Stored["steps"][number];

  it.each<[string, (stored: Stored) => unknown, string]>([
    ["no steps", (s) => Object.assign(s, { steps: 1 }), "damaged at steps"],
    ["a step of nothing", (s) => first(s).reads.splice(0, 1, "y"), "reads y, which is not there"],
    [
      "an unknown operator",
      (s) => Object.assign(first(s).operators[0] ?? {}, { operator: "is" }),
      "damaged at steps.0.operators.0.operator",
    ],
    ["a value too few", (s) => given(s, 0, 0).pop(), "add takes 2 values, not 1"],
    ["a place behind it", (s) => given(s, 0, 0).splice(0, 1, 9), "add takes numbers at place 0"],
    [
      "a string for a number",
      (s) => given(s, 0, 0).splice(1, 1, { constant: "x" }),
      "add takes operand at place 1",
    ],
    [
      "strings for numbers",
      (s) => first(s).reads.splice(0, 1, "s"),
      "add takes numbers at place 0",
    ],
    [
      "runs without weights",
      (s) => Object.assign(given(s, 1, 0)[1] ?? {}, { columnWeights: [] }),
      "countTokens takes tokens at place 1",
    ],
    ["nothing given", (s) => first(s).gives.pop(), "a step does not give x"],
    [
      "a column of nothing",
      (s) => Object.assign(s.columns[0] ?? {}, { name: "y" }),
      "no step makes number y",
    ],
    ["a column of no input", (s) => s.columns[0]?.from.push("y"), "no step makes number x"],
    ["a model of other columns", (s) => s.model.inputs.pop(), "its model has other columns"],
    ["no model", (s) => Object.assign(s, { model: {} }), "has format undefined"],
    [
      "transforms of transforms",
      (s) => Object.assign(s, { model: structuredClone(s) }),
      'has format "transformed-1"',
    ],
  ])("fails as it has %s", (_name, damage, message) => {
    const stored = JSON.parse(new TextDecoder().decode(bytes)) as Stored;
    damage(stored);
    const damaged = new TextEncoder().encode(JSON.stringify(stored));

    expect(() => parseExplainer(bytes)).not.toThrow();
    expect(() => parseExplainer(damaged)).toThrow(IntegrityError);
    expect(() => parseExplainer(damaged)).toThrow(message);
  });
});
