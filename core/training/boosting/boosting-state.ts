import { z } from "zod";
import {
  BOOSTING_OBJECTIVES,
  type BoostingObjective,
} from "../../definition/parameters/boosting.ts";
import { InvalidInputError } from "../../errors.ts";
import type { Ensemble } from "./ensemble.ts";
import { fillMask, MASK_WORDS, type Tree } from "./tree.ts";

const numbers = z.array(z.number());
const split = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("number"),
    feature: z.int().min(0),
    gain: z.number(),
    lastLeftBin: z.int().min(1),
    missingGoesLeft: z.boolean(),
  }),
  z.strictObject({
    kind: z.literal("category"),
    feature: z.int().min(0),
    gain: z.number(),
    members: z.array(z.int().min(1)),
  }),
]);
const tree = z.strictObject({
  splits: z.array(split).min(1),
  left: z.array(z.int()),
  right: z.array(z.int()),
  leafValues: numbers,
  nodeRows: numbers,
  leafRows: numbers,
});
/** JSON has no infinity, which a border may be. */
const border = z.union([z.number(), z.literal("-Infinity")]);
const feature = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("number"), name: z.string(), borders: z.array(border) }),
  z.strictObject({
    kind: z.literal("category"),
    name: z.string(),
    binCount: z.int(),
    binOf: z.array(z.tuple([z.string(), z.int()])),
  }),
]);
const stateSchema = z.strictObject({
  format: z.literal("boosting-1"),
  objective: z.enum(
    Object.keys(BOOSTING_OBJECTIVES) as [BoostingObjective, ...BoostingObjective[]],
  ),
  link: z.enum(["identity", "log"]),
  quantiles: z.int().min(0),
  bins: z.array(feature),
  targets: z.array(z.strictObject({ baseScore: z.number(), trees: z.array(tree) })).min(1),
});

/** An ensemble as JSON in UTF-8, from which training can go on. Equal ensembles give equal bytes. */
export function encodeState({ bins, targets, ...rest }: Ensemble): Uint8Array {
  const state: z.input<typeof stateSchema> = {
    format: "boosting-1",
    ...rest,
    bins: bins.map((one) =>
      one.kind === "number"
        ? { kind: one.kind, name: one.name, borders: Array.from(one.borders, encodeBorder) }
        : { ...one, binOf: [...one.binOf] },
    ),
    targets: targets.map(({ baseScore, trees }) => ({ baseScore, trees: trees.map(encodeTree) })),
  };
  return new TextEncoder().encode(JSON.stringify(state));
}

/** @throws {InvalidInputError} if the bytes are no state of gradient boosting */
export function decodeState(bytes: Uint8Array): Ensemble {
  const { bins, targets, objective, link, quantiles } = parseState(bytes);
  return {
    objective,
    link,
    quantiles,
    bins: bins.map((one) => {
      if (one.kind === "category") return { ...one, binOf: new Map(one.binOf) };
      const borders = Float32Array.from(one.borders, Number);
      return { ...one, borders, binCount: borders.length + 2 };
    }),
    targets: targets.map(({ baseScore, trees }) => ({ baseScore, trees: trees.map(decodeTree) })),
  };
}

function parseState(bytes: Uint8Array): z.output<typeof stateSchema> {
  try {
    return stateSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (cause) {
    throw new InvalidInputError(
      `${bytes.length} bytes are no state of gradient boosting; train without an earlier version`,
      { cause },
    );
  }
}

function encodeBorder(value: number): z.input<typeof border> {
  return value === Number.NEGATIVE_INFINITY ? "-Infinity" : value;
}

function encodeTree(of: Tree): z.input<typeof tree> {
  const { splits, left, right, leafValues, nodeRows, leafRows } = of;
  return {
    splits: splits.map((one) =>
      one.kind === "category" ? { ...one, members: [...one.members] } : one,
    ),
    left: [...left],
    right: [...right],
    leafValues: [...leafValues],
    nodeRows: [...nodeRows],
    leafRows: [...leafRows],
  };
}

function decodeTree(of: z.output<typeof tree>): Tree {
  const goesLeft = new Uint32Array(of.splits.length * MASK_WORDS);
  of.splits.forEach((one, node) => {
    fillMask(one, goesLeft, node);
  });
  return {
    splits: of.splits,
    goesLeft,
    left: Int32Array.from(of.left),
    right: Int32Array.from(of.right),
    leafValues: Float64Array.from(of.leafValues),
    nodeRows: Float64Array.from(of.nodeRows),
    leafRows: Float64Array.from(of.leafRows),
  };
}
