import type { CategoryColumn, NumberColumn } from "../../../core/training/training-frame.ts";

/** A column of strings; null is missing. */
export function categories(name: string, values: readonly (string | null)[]): CategoryColumn {
  const dictionary = [...new Set(values)].filter((value) => value !== null).toSorted();
  const codes = Int32Array.from(values, (value) =>
    value === null ? -1 : dictionary.indexOf(value),
  );
  return { kind: "category", name, codes, dictionary };
}

/** A column of numbers; NaN is missing. */
export const numbers = (name: string, values: readonly number[]): NumberColumn => ({
  kind: "number",
  name,
  values: Float32Array.from(values),
});
