import type { CategoryColumn } from "./training-frame.ts";

/** Code of a missing or unknown string; codes of known strings begin at 1. */
export const UNKNOWN = 0;

/**
 * A string as the graph will see it, or `undefined` where that is missing: "" stands for missing,
 * ONNX Runtime's string tensors end at the first NUL, and half a surrogate pair has no UTF-8, so that
 * it becomes U+FFFD.
 */
export function textInGraph(value: string): string | undefined {
  const [beforeNul = ""] = value.split("\0", 1);
  return beforeNul === "" ? undefined : beforeNul.toWellFormed();
}

/** The distinct strings of a column's rows, most frequent first, equal counts by code unit. */
export function distinctTexts({ codes, dictionary }: CategoryColumn): readonly string[] {
  const counts = new Float64Array(dictionary.length);
  for (const code of codes) if (code >= 0) counts[code] = (counts[code] as number) + 1;

  const byText = new Map<string, number>();
  dictionary.forEach((value, code) => {
    const text = textInGraph(value);
    const count = counts[code] as number;
    if (text !== undefined && count > 0) byText.set(text, (byText.get(text) ?? 0) + count);
  });
  return [...byText].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([text]) => text);
}

/**
 * What a model knows each entry of a dictionary as.
 *
 * @returns shape [dictionary + 1]: at `code + 1` the known code of the dictionary's `code`, so that
 *   -1 (missing) gives `UNKNOWN` as well
 */
export function knownCodes(
  dictionary: readonly string[],
  codeOf: ReadonlyMap<string, number>,
): Int32Array {
  const known = new Int32Array(dictionary.length + 1);
  dictionary.forEach((value, code) => {
    const text = textInGraph(value);
    known[code + 1] = text === undefined ? UNKNOWN : (codeOf.get(text) ?? UNKNOWN);
  });
  return known;
}
