import type { GateResult } from "../run/run-report.ts";

export interface Bounds {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/**
 * A value held against its bounds, a gate each; a value on the bound passes.
 *
 * @param what the value, as a reader knows it
 * @param whyMissing said where there is no value; the gate then fails
 */
export function boundGates(
  what: string,
  value: number | null | undefined,
  { min, max }: Bounds,
  whyMissing: string,
): readonly GateResult[] {
  return [
    ...(min === undefined ? [] : [boundGate(what, value, "at least", min, whyMissing)]),
    ...(max === undefined ? [] : [boundGate(what, value, "at most", max, whyMissing)]),
  ];
}

function boundGate(
  what: string,
  value: number | null | undefined,
  side: "at least" | "at most",
  bound: number,
  whyMissing: string,
): GateResult {
  const gate = `${what} ${side} ${bound}`;
  if (value === undefined || value === null) return missingGate(gate, bound, whyMissing);
  const passed = side === "at least" ? value >= bound : value <= bound;
  const where = side === "at least" ? "below" : "above";
  const reason = passed
    ? null
    : `${what} ${distinct(value, bound)} is ${where} the gate's ${bound}`;
  return { gate, value, bound, passed, reason };
}

/** A gate that fails for want of a value. */
export function missingGate(gate: string, bound: number | null, reason: string): GateResult {
  return { gate, value: null, bound, passed: false, reason };
}

/** The value in three decimals, or as many as it takes to read differently from the other. */
export function distinct(value: number, other: number): string {
  for (let digits = 3; digits < 17; digits++) {
    const text = value.toFixed(digits);
    if (text !== other.toFixed(digits)) return String(Number(text));
  }
  return String(value);
}
