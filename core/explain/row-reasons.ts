import type { Attribute } from "./explainer.ts";

/** An input that moved a score, as data. */
export interface Reason extends Partial<Attribute> {
  readonly field: string;
  /** null: missing. */
  readonly value: number | string | boolean | null;
  readonly contribution: number;
  readonly direction: "raises" | "lowers";
}

/** Contributions of one row. */
export interface RowContributions {
  /** Names, in the order of contributions. */
  readonly inputs: readonly string[];
  /** Shape [inputs]. */
  readonly contributions: Float64Array;
  readonly valueAt: (input: string) => Reason["value"];
  /** Of a scorecard. */
  readonly attributes?: ReadonlyMap<string, Attribute> | undefined;
  /** How many reasons at most. */
  readonly most: number;
}

/** The inputs that moved a score the furthest, furthest first; equal ones as the inputs are. Those with 0 are none. */
export function rowReasons(row: RowContributions): readonly Reason[] {
  const { inputs, contributions, valueAt, attributes, most } = row;
  return inputs
    .map((field, at) => ({ field, contribution: contributions[at] as number }))
    .filter(({ contribution }) => contribution !== 0)
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
    .slice(0, most)
    .map(({ field, contribution }) => ({
      field,
      value: valueAt(field),
      contribution,
      direction: contribution > 0 ? "raises" : "lowers",
      ...attributes?.get(field),
    }));
}
