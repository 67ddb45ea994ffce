import type { TextHash } from "./text-hash.ts";
import type { TextTokens } from "./text-tokens.ts";

/** A column of numbers, or one number for every row. */
export type Operand<Numbers> = Numbers | number;

/**
 * What transforms are made of. A transform is written once, by these operators, and carried out twice: over
 * the columns of a frame when training (`frameOperators`), and as nodes of the ONNX graph
 * (`graphOperators`). So both are the same computation.
 *
 * Numbers are doubles, NaN is missing; texts are strings, "" is missing. What a step gives out is rounded to
 * float32. Conditions are numbers: above 0 is true; what tests give is 1 or 0.
 *
 * @typeParam Numbers a column of numbers
 * @typeParam Texts a column of strings
 */
export interface Operators<Numbers, Texts> {
  add(a: Numbers, b: Operand<Numbers>): Numbers;
  subtract(a: Numbers, b: Operand<Numbers>): Numbers;
  multiply(a: Numbers, b: Operand<Numbers>): Numbers;
  divide(a: Numbers, b: Operand<Numbers>): Numbers;
  /** NaN where a negative number has an exponent that is no whole number. */
  power(a: Numbers, exponent: number): Numbers;
  /** The smaller one; NaN where either is. */
  minimum(a: Numbers, b: Operand<Numbers>): Numbers;
  /** The larger one; NaN where either is. */
  maximum(a: Numbers, b: Operand<Numbers>): Numbers;
  /** Natural logarithm: of 0 minus infinity, below 0 NaN. */
  log(a: Numbers): Numbers;
  exp(a: Numbers): Numbers;
  /** Of an angle in radians. */
  sine(a: Numbers): Numbers;
  /** Of an angle in radians. */
  cosine(a: Numbers): Numbers;
  absolute(a: Numbers): Numbers;
  /** The largest whole number that is not above it. */
  floor(a: Numbers): Numbers;

  /** 1 where a number is NaN or infinite. */
  isMissing(a: Numbers): Numbers;
  /** 1 where a < b; 0 where either is NaN. */
  isLess(a: Numbers, b: Operand<Numbers>): Numbers;
  /** 1 where both are equal; NaN equals nothing. */
  isEqual(a: Numbers, b: Operand<Numbers>): Numbers;
  /** The first where the condition is above 0, else the second. */
  choose(condition: Numbers, whenTrue: Operand<Numbers>, otherwise: Operand<Numbers>): Numbers;
  /** How many of the edges are not above a number; NaN where it is NaN. @param edges at least one */
  countEdges(a: Numbers, edges: readonly number[]): Numbers;

  /** The number that stands for each text. */
  lookUp(texts: Texts, values: ReadonlyMap<string, number>, others: OtherNumbers): Numbers;
  /** The text that stands for each text; missing ones stay missing. @param unknown for texts without one */
  replaceTexts(texts: Texts, values: ReadonlyMap<string, string>, unknown: string): Texts;
  /** Missing texts become the given one. */
  fillTexts(texts: Texts, text: string): Texts;
  /** Both texts with a separator between them; missing where either is. */
  joinTexts(first: Texts, separator: string, second: Texts): Texts;
  /** The name at each number's place, 0 the first; missing where it is NaN. @param a whole, in range */
  nameOf(a: Numbers, names: readonly string[]): Texts;
  /** The bucket of each text, 0 to buckets - 1; NaN where it is missing. */
  hashTexts(texts: Texts, hash: TextHash): Numbers;
  /** How often each text has each of some runs of tokens, weighed: one column a run. */
  countTokens(texts: Texts, tokens: TextTokens): readonly Numbers[];
}

/** What `lookUp` gives where it has no text. */
export interface OtherNumbers {
  /** For texts that are not among the values. */
  readonly unknown: number;
  readonly missing: number;
}

/** A column of either kind. */
export type ColumnValue<Numbers, Texts> =
  | { readonly kind: "number"; readonly value: Numbers }
  | { readonly kind: "category"; readonly value: Texts };
