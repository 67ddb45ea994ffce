import { InvalidInputError } from "../errors.ts";
import { distinctTexts, textInGraph } from "../training/categories.ts";
import type { CategoryColumn, FrameColumn, NumberColumn } from "../training/training-frame.ts";

/** The column as one of numbers. */
export function numberColumn(column: FrameColumn): NumberColumn {
  // parseDefinition has checked it
  if (column.kind !== "number") throw new Error(`${column.name} is no column of numbers`);
  return column;
}

/** The column as one of strings. */
export function categoryColumn(column: FrameColumn): CategoryColumn {
  // parseDefinition has checked it
  if (column.kind !== "category") throw new Error(`${column.name} is no column of strings`);
  return column;
}

/**
 * The finite values, ascending.
 *
 * @throws {InvalidInputError} if there is none
 */
export function sortedValues({ name, values }: NumberColumn): Float64Array {
  const finite = Float64Array.from(values.filter(Number.isFinite)).sort();
  if (finite.length > 0) return finite;
  throw new InvalidInputError(
    `column ${name} has no number in the training split, so no transform can be fitted to it; impute a constant or drop it`,
  );
}

/** Quantile of sorted values by linear interpolation (type 7 of Hyndman and Fan 1996). @param at 0..1 */
export function quantileOf(sorted: Float64Array, at: number): number {
  const place = at * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (place - below) * (high - low);
}

/** The mean; values must be finite. */
export const meanOf = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** How many rows have each string, most frequent first, equal counts by code unit. */
export function textCounts(column: CategoryColumn): ReadonlyMap<string, number> {
  const counts = new Map(distinctTexts(column).map((text) => [text, 0]));
  const texts = column.dictionary.map(textInGraph);
  for (const code of column.codes) {
    const text = texts[code];
    if (text !== undefined) counts.set(text, (counts.get(text) as number) + 1);
  }
  return counts;
}
