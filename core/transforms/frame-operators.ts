import { type FrameTexts, frameTexts, numbersOfTexts } from "./frame-texts.ts";
import type { Operand, Operators } from "./operators.ts";
import { bucketOf } from "./text-hash.ts";
import { columnsOf, countRuns, type TextTokens } from "./text-tokens.ts";

/** Operators over columns of a frame. */
export type FrameOperators = Operators<Float64Array, FrameTexts>;

/** Carries transforms out over rows. @param rows number of rows of every column */
export function frameOperators(rows: number): FrameOperators {
  const at = (operand: Operand<Float64Array>) =>
    typeof operand === "number" ? () => operand : (row: number) => operand[row] as number;
  const one = (of: (x: number) => number) => (a: Float64Array) => a.map(of);
  const two =
    (of: (x: number, y: number) => number) => (a: Float64Array, b: Operand<Float64Array>) => {
      const right = at(b);
      return a.map((x, row) => of(x, right(row)));
    };
  return {
    add: two((x, y) => x + y),
    subtract: two((x, y) => x - y),
    multiply: two((x, y) => x * y),
    divide: two((x, y) => x / y),
    power: (a, exponent) => a.map((x) => x ** exponent),
    minimum: two(Math.min),
    maximum: two(Math.max),
    log: one(Math.log),
    exp: one(Math.exp),
    sine: one(Math.sin),
    cosine: one(Math.cos),
    absolute: one(Math.abs),
    floor: one(Math.floor),
    isMissing: one((x) => (Number.isFinite(x) ? 0 : 1)),
    isLess: two((x, y) => (x < y ? 1 : 0)),
    isEqual: two((x, y) => (x === y ? 1 : 0)),
    choose(condition, whenTrue, otherwise) {
      const [yes, no] = [at(whenTrue), at(otherwise)];
      return condition.map((x, row) => (x > 0 ? yes(row) : no(row)));
    },
    countEdges: (a, edges) => {
      const sorted = Float64Array.from(edges).sort();
      return a.map((x) => (Number.isNaN(x) ? x : notAbove(sorted, x)));
    },
    lookUp: (texts, values, { unknown, missing }) =>
      numbersOfTexts(texts, (text) => values.get(text) ?? unknown, missing),
    replaceTexts: ({ codes, dictionary }, values, unknown) =>
      frameTexts(
        codes,
        dictionary.map((text) => values.get(text) ?? unknown),
      ),
    fillTexts: ({ codes, dictionary }, text) =>
      frameTexts(
        codes.map((code) => (code < 0 ? dictionary.length : code)),
        [...dictionary, text],
      ),
    joinTexts: joinTexts,
    nameOf: (a, names) =>
      frameTexts(
        Int32Array.from(a, (x) => (Number.isNaN(x) ? -1 : x)),
        names,
      ),
    hashTexts: (texts, hash) => numbersOfTexts(texts, (text) => bucketOf(text, hash), Number.NaN),
    countTokens: (texts, tokens) => countTokens(texts, tokens, rows),
  };
}

/** How many of sorted edges are not above a number. */
function notAbove(edges: Float64Array, x: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((edges[middle] as number) <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

function joinTexts(first: FrameTexts, separator: string, second: FrameTexts): FrameTexts {
  const width = second.dictionary.length;
  const strings: string[] = [];
  const places = new Map<number, number>();
  const codes = first.codes.map((code, row) => {
    const other = second.codes[row] as number;
    if (code < 0 || other < 0) return -1;
    const pair = code * width + other;
    const known = places.get(pair);
    if (known !== undefined) return known;
    places.set(pair, strings.length);
    return strings.push(`${first.dictionary[code]}${separator}${second.dictionary[other]}`) - 1;
  });
  return frameTexts(codes, strings);
}

function countTokens(
  { codes, dictionary }: FrameTexts,
  tokens: TextTokens,
  rows: number,
): readonly Float64Array[] {
  const columns = Array.from({ length: columnsOf(tokens) }, () => new Float64Array(rows));
  const found = dictionary.map((text) => [...weighed(countRuns(text, tokens), tokens)]);
  codes.forEach((code, row) => {
    for (const [place, value] of found[code] ?? []) (columns[place] as Float64Array)[row] = value;
  });
  return columns;
}

function weighed(
  counts: ReadonlyMap<number, number>,
  { columnWeights, normalise }: TextTokens,
): ReadonlyMap<number, number> {
  const values = new Map<number, number>();
  let squares = 0;
  for (const [place, count] of [...counts].sort(([a], [b]) => a - b)) {
    const value = count * (columnWeights[place] as number);
    values.set(place, value);
    squares += value * value;
  }
  if (!normalise || squares === 0) return values;
  const length = Math.sqrt(squares);
  return new Map([...values].map(([place, value]) => [place, value / length]));
}
