import { z } from "zod";
import type { Operators } from "../operators.ts";
import { columnsOf, type TextTokens } from "../text-tokens.ts";

/** JSON has no NaN, no infinity and no -0. */
const number = z.union([
  z.number(),
  z.enum(["NaN", "Infinity", "-Infinity", "-0"]).transform(Number),
]);
const numbers = z.array(number);
const codes = z.array(z.tuple([z.string(), number])).transform((entries) => new Map(entries));
const texts = z.array(z.tuple([z.string(), z.string()])).transform((entries) => new Map(entries));
const place = z.int().min(0);

const hashing = { alphabet: codes, otherCode: number, weights: numbers };
const tokens = z
  .strictObject({
    unit: z.enum(["word", "character"]),
    lowerCase: z.boolean(),
    maxTokens: z.int(),
    shortest: z.int(),
    longest: z.int(),
    runs: z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("known"), runs: z.array(z.array(z.string())) }),
      z.strictObject({
        ...hashing,
        kind: z.literal("hashed"),
        buckets: z.int().positive(),
        runWeights: z.array(numbers),
      }),
    ]),
    binary: z.boolean(),
    columnWeights: numbers,
    normalise: z.boolean(),
  })
  .refine((own: TextTokens) => own.columnWeights.length === columnsOf(own), "a weight a column");

/** What an operator can be given, as JSON. Columns are told by their place. */
export const ARGUMENTS = {
  numbers: place,
  texts: place,
  /** A column of numbers, or one number for every row. */
  operand: z.union([place, z.strictObject({ constant: number })]),
  number,
  edges: numbers.min(1),
  text: z.string(),
  names: z.array(z.string()),
  codes,
  renamed: texts,
  others: z.strictObject({ unknown: number, missing: number }),
  hash: z.strictObject({ ...hashing, buckets: z.int().positive() }),
  tokens,
} as const;

export type ArgumentKind = keyof typeof ARGUMENTS;

const OF_TWO = ["numbers", "operand"] as const;
const OF_ONE = ["numbers"] as const;

/** What each operator takes. */
export const SIGNATURES: Readonly<Record<keyof Operators<never, never>, readonly ArgumentKind[]>> =
  {
    add: OF_TWO,
    subtract: OF_TWO,
    multiply: OF_TWO,
    divide: OF_TWO,
    power: ["numbers", "number"],
    minimum: OF_TWO,
    maximum: OF_TWO,
    log: OF_ONE,
    exp: OF_ONE,
    sine: OF_ONE,
    cosine: OF_ONE,
    absolute: OF_ONE,
    floor: OF_ONE,
    isMissing: OF_ONE,
    isLess: OF_TWO,
    isEqual: OF_TWO,
    choose: ["numbers", "operand", "operand"],
    countEdges: ["numbers", "edges"],
    lookUp: ["texts", "codes", "others"],
    replaceTexts: ["texts", "renamed", "text"],
    fillTexts: ["texts", "text"],
    joinTexts: ["texts", "text", "texts"],
    nameOf: ["numbers", "names"],
    hashTexts: ["texts", "hash"],
    countTokens: ["texts", "tokens"],
  };

export type OperatorName = keyof typeof SIGNATURES;

/** Names of all operators. */
export const OPERATORS = Object.keys(SIGNATURES) as [OperatorName, ...OperatorName[]];

const GIVE_TEXTS: readonly OperatorName[] = ["replaceTexts", "fillTexts", "joinTexts", "nameOf"];

/** The kind of what an operator gives. */
export const kindGivenBy = (operator: OperatorName): "number" | "category" =>
  GIVE_TEXTS.includes(operator) ? "category" : "number";
