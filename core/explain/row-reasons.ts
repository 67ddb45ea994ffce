import type { Serving } from "../definition/serving-schema.ts";
import type { Attribute } from "./explainer.ts";

/** An input that moved a score, as data. */
export interface Reason extends Partial<Attribute> {
  readonly field: string;
  /** null: missing. */
  readonly value: number | string | boolean | null;
  readonly contribution: number;
  readonly direction: "raises" | "lowers";
  /** What the definition calls the input by. */
  readonly code?: string;
}

/** Which reasons are told, and how: as a definition's `serving.explanations` says. */
export type ReasonRules = Pick<Serving["explanations"], "reasons" | "direction" | "codes">;

/** Contributions of one row. */
export interface RowContributions {
  /** Names, in the order of contributions. */
  readonly inputs: readonly string[];
  /** Shape [inputs]. */
  readonly contributions: Float64Array;
  readonly valueAt: (input: string) => Reason["value"];
  /** Of a scorecard. */
  readonly attributes?: ReadonlyMap<string, Attribute> | undefined;
}

/**
 * The inputs that moved a score the furthest, furthest first; equal ones as the inputs are. Those with 0 are none, and
 * where the rules name a direction, those of the other neither.
 */
export function rowReasons(
  { inputs, contributions, valueAt, attributes }: RowContributions,
  { reasons: most, direction: wanted, codes }: ReasonRules,
): readonly Reason[] {
  return inputs
    .map((field, at) => ({ field, contribution: contributions[at] as number }))
    .filter(({ contribution }) => contribution !== 0)
    .map(({ field, contribution }) => ({
      ...{ field, value: valueAt(field), contribution },
      direction: contribution > 0 ? ("raises" as const) : ("lowers" as const),
      // Not by `codes[field]` alone: an input may be called constructor.
      ...(codes && Object.hasOwn(codes, field) && { code: codes[field] as string }),
      ...attributes?.get(field),
    }))
    .filter(({ direction }) => wanted === undefined || direction === wanted)
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
    .slice(0, most);
}
