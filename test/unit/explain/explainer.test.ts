import { describe, expect, it } from "vitest";
import { widthOf } from "../../../core/definition/task.ts";
import { IntegrityError, InvalidInputError } from "../../../core/errors.ts";
import { parseExplainer } from "../../../core/explain/parse-explainer.ts";
import { encodeState } from "../../../core/training/boosting/boosting-state.ts";
import type { TrainedModel } from "../../../core/training/trained-model.ts";
import type { Frame } from "../../../core/training/training-frame.ts";
import { frameOf, numbers, strings } from "../training/frames.ts";
import { loans, scorecardOf } from "../training/scorecard/scorecards.ts";
import { amounts, boosted, linear, three, towns, twoClasses } from "./explained-models.ts";
import { rebuildFrame, rebuildTrees } from "./rebuild-trees.ts";

const train = towns(600, 1);
/** What stands for missing in a graph, and what no model knows. */
const GRAPH_TEXTS: Readonly<Record<string, string>> = { "town 4": "\0gone", "town 5": "unknown" };
const test: Frame = {
  ...towns(100, 2),
  columns: towns(100, 2).columns.map((column) =>
    column.kind === "category"
      ? { ...column, dictionary: column.dictionary.map((text) => GRAPH_TEXTS[text] ?? text) }
      : column,
  ),
};
const binary = { type: "binary" } as const;
const regression = { type: "regression", quantiles: [] } as const;
const quantiles = { type: "regression", quantiles: [0.1, 0.9] } as const;

const explainerOf = (model: TrainedModel) => parseExplainer(model.explainer?.() as Uint8Array);
const contributionsOf = (model: TrainedModel, frame: Frame) =>
  model.contributions?.(frame) as Float64Array;

function expectNear(got: ArrayLike<number>, wanted: ArrayLike<number>, within: number) {
  expect(got.length).toBe(wanted.length);
  expect(got.length).toBeGreaterThan(0);
  const errors = Array.from(wanted, (value, i) => Math.abs(value - (got[i] as number)));
  expect(Math.max(...errors)).toBeLessThanOrEqual(within);
}

/** Sum of the contributions to each score. */
const sums = (contributions: Float64Array, size: number) =>
  Array.from({ length: contributions.length / size }, (_, i) =>
    contributions.subarray(i * size, (i + 1) * size).reduce((a, b) => a + b, 0),
  );

describe("parseExplainer", () => {
  it.each([
    ["boosting", binary, boosted(binary, twoClasses(train))],
    ["boosting of three classes", three, boosted(three, train)],
    ["linear", regression, linear(regression, amounts(train))],
    ["linear with quantiles", quantiles, linear(quantiles, amounts(train))],
    ["logistic", binary, linear(binary, twoClasses(train))],
    ["multinomial", three, linear(three, train)],
    ["target encoding", three, linear(three, train, { encoding: "target" })],
    ["a scorecard", binary, scorecardOf(twoClasses(train))],
  ] as const)("explains as the trained model does, up to its scores: %s", (_name, task, model) => {
    const explainer = explainerOf(model);

    const found = explainer.contributions(test);

    expect(explainer).toMatchObject({ width: widthOf(task), link: "identity" });
    expect(explainer.inputs).toEqual(train.columns.map(({ kind, name }) => ({ kind, name })));
    expectNear(found, contributionsOf(model, test), 1e-12);
    expectNear(sums(found, 4), model.scores(test), 1e-9);
    expect(Math.max(...found.map(Math.abs))).toBeGreaterThan(0.1);
  });

  it("explains the logarithm of what has a logarithmic link", () => {
    const model = boosted(regression, amounts(train), { objective: "poisson" });

    const explainer = explainerOf(model);

    expect(explainer.link).toBe("log");
    expectNear(sums(explainer.contributions(test), 4), model.scores(test).map(Math.log), 1e-9);
  });

  it("explains quantiles of trees", () => {
    const model = boosted(quantiles, amounts(train));

    const found = sums(explainerOf(model).contributions(test), 4);

    // Not yet in order, so as a set.
    for (let row = 0; row < test.rows; row++) {
      const own = found.slice(row * 3 + 1, row * 3 + 3).sort((a, b) => a - b);
      expectNear(own, model.scores(test).subarray(row * 3 + 1, row * 3 + 3), 1e-9);
    }
  });

  it("gives equal bytes for equal models, and the same answer again", () => {
    const [one, other] = [boosted(three, train), boosted(three, train)];
    const explainer = explainerOf(one);

    expect(one.explainer?.()).toEqual(other.explainer?.());
    expect(explainer.contributions(test)).toEqual(explainer.contributions(test));
  });

  it("explains trees whose tables are too large to be kept", () => {
    const depth = 1_200;
    const chain = {
      splits: Array.from({ length: depth }, (_, feature) => ({
        ...{ feature, upTo: 0, missingGoesLeft: false },
      })),
      left: Array.from({ length: depth }, (_, i) => ~i),
      right: Array.from({ length: depth }, (_, i) => (i + 1 < depth ? i + 1 : ~depth)),
      leafValues: Array.from({ length: depth + 1 }, (_, i) => i),
      nodeRows: Array.from({ length: depth }, (_, i) => 2 * (depth - i) + 1),
      leafRows: Array.from({ length: depth + 1 }, (_, i) => (i < depth ? 2 : 1)),
    };
    const trees = rebuildTrees({ targets: [[chain]], categories: [] }, depth);
    const state = { ...trees, objective: "squared", link: "identity", quantiles: 0 } as const;
    const explainer = parseExplainer(encodeState(state));
    const frame = rebuildFrame(new Array<number>(depth).fill(1), depth, []);

    const found = explainer.contributions(frame);

    expect(sums(found, depth + 1)).toEqual([expect.closeTo(depth, 6)]);
    expect(explainer.contributions(frame)).toEqual(found);
  });

  it("explains a linear model of more strings than are asked about at once", () => {
    const texts = Array.from({ length: 1_500 }, (_, i) => `text ${i}`);
    const frame = frameOf(
      [
        numbers(
          "x",
          texts.map((_, i) => i % 7),
        ),
        strings("text", texts),
      ],
      texts.map((_, i) => i % 2),
    );
    const model = linear(binary, frame);

    expectNear(explainerOf(model).contributions(frame), contributionsOf(model, frame), 1e-12);
  });

  it("explains a linear model without strings", () => {
    const frame = frameOf([numbers("x", [1, 2, 3, 4])], [0, 1, 0, 1]);
    const model = linear(binary, frame);

    expectNear(explainerOf(model).contributions(frame), contributionsOf(model, frame), 1e-12);
  });

  it.each([
    ["boosting", boosted(three, train)],
    ["linear", linear(three, train)],
    ["a scorecard", scorecardOf(loans(500, 1))],
  ] as const)("fails on other columns: %s", (_name, model) => {
    const other = { rows: 1, columns: [numbers("y", [1])] };

    expect(() => explainerOf(model).contributions(other)).toThrow(InvalidInputError);
    expect(() => contributionsOf(model, other)).toThrow(InvalidInputError);
  });
});

describe("a damaged explainer", () => {
  const stored = {
    trees: jsonOf(boosted(binary, twoClasses(train), { trees: 1, leaves: 4 })),
    linear: jsonOf(linear(binary, twoClasses(train))),
    scorecard: jsonOf(scorecardOf(twoClasses(train))),
  };

  it.each([
    ["no json", "{", "is not json"],
    ["null", null, "has format undefined"],
    ["no format", {}, "has format undefined"],
    ["another format", { format: "forest-9" }, 'has format "forest-9"'],
    ["a format of every object", { format: "toString" }, 'has format "toString"'],
    ["trees of nothing", { format: "boosting-1" }, "no state of gradient boosting"],
    ["a linear model of nothing", { format: "linear-1" }, "damaged at expected"],
    ["a scorecard of nothing", { format: "scorecard-1" }, "damaged at inputs"],
    ["no expected score", { ...stored.linear, expected: [] }, "damaged at expected"],
    ["two expected scores", { ...stored.linear, expected: [1, 2] }, "has not 2 scores"],
    ["a scorecard without columns", { ...stored.scorecard, inputs: [] }, "no column is"],
  ])("fails as %s", (_name, value, message) => {
    const bytes = new TextEncoder().encode(value === "{" ? value : JSON.stringify(value));

    expect(() => parseExplainer(bytes)).toThrow(IntegrityError);
    expect(() => parseExplainer(bytes)).toThrow(message);
  });

  type DamagedTree = Record<string, number[]> & { splits: { feature: number }[] };

  it.each<[string, (tree: DamagedTree) => void, string]>([
    ["too few leaves", (tree) => tree.leafValues?.pop(), "not 4 leaves"],
    ["too few children", (tree) => tree.left?.pop(), "not as many children"],
    ["too few rows of leaves", (tree) => tree.leafRows?.pop(), "not 4 leaves"],
    ["a node below itself", (tree) => toRoot(tree.left, tree.right), "a child twice or none"],
    ["a node twice", (tree) => tree.right?.splice(2, 1, 1), "a child twice or none"],
    ["a leaf twice", (tree) => tree.left?.splice(2, 1, ~0), "a child twice or none"],
    ["a leaf that is not there", (tree) => tree.left?.splice(2, 1, ~9), "a child twice or none"],
    ["a node that is not there", (tree) => tree.left?.splice(2, 1, 9), "a child twice or none"],
    ["a feature too many", (tree) => tree.splits.forEach(setFeature), "asks for no feature"],
    ["a node without rows", (tree) => tree.nodeRows?.splice(1, 1, 0), "a node without rows"],
    ["a leaf without rows", (tree) => tree.leafRows?.splice(1, 1, 0), "a node without rows"],
  ])("fails as a tree with %s", (_name, damage, message) => {
    const copy = structuredClone(stored.trees) as { targets: { trees: DamagedTree[] }[] };
    damage(copy.targets[0]?.trees[0] as DamagedTree);
    const bytes = new TextEncoder().encode(JSON.stringify(copy));

    expect(() => parseExplainer(bytes)).toThrow(IntegrityError);
    expect(() => parseExplainer(bytes)).toThrow(message);
  });

  /** Whatever leads to node 1 leads to node 0. */
  const toRoot = (...sides: (number[] | undefined)[]) =>
    sides.forEach((side) => {
      side?.forEach((child, i) => {
        if (child === 1) side[i] = 0;
      });
    });
  const setFeature = (split: { feature: number }) => {
    split.feature = 3;
  };
});

function jsonOf(model: TrainedModel): Record<string, unknown> {
  return JSON.parse(new TextDecoder().decode(model.explainer?.()));
}
