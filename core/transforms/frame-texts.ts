import { textInGraph } from "../training/categories.ts";

/** Strings of rows as codes into their distinct strings, as the graph sees them. -1 is missing. */
export interface FrameTexts {
  readonly codes: Int32Array;
  /** Distinct, in code-unit order, none "". */
  readonly dictionary: readonly string[];
}

/**
 * Rows of strings with a dictionary that is distinct and in order.
 *
 * @param codes shape [rows]; -1 is missing
 * @param strings may repeat; "" and what the graph sees as "" is missing
 */
export function frameTexts(codes: Int32Array, strings: readonly string[]): FrameTexts {
  const seen = strings.map((text) => textInGraph(text) ?? "");
  const dictionary = [...new Set(seen)].filter((text) => text !== "").sort(byCodeUnit);
  const codeOf = new Map(dictionary.map((text, code) => [text, code]));
  const renamed = seen.map((text) => codeOf.get(text) ?? -1);
  return { codes: codes.map((code) => renamed[code] ?? -1), dictionary };
}

/** A number for each row by its string. @param ofText once for each distinct string */
export function numbersOfTexts(
  { codes, dictionary }: FrameTexts,
  ofText: (text: string) => number,
  missing: number,
): Float64Array {
  const values = dictionary.map(ofText);
  return Float64Array.from(codes, (code) => values[code] ?? missing);
}

const byCodeUnit = (a: string, b: string) => (a < b ? -1 : 1);
