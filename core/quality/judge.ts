import type { Finding } from "./quality-report.ts";

/** Digits of a stored value: sums of floating-point numbers differ in the last ones. */
const DIGITS = 12;

/**
 * What comes of a rule: passed within its bounds, else what its action says. A value that is not finite
 * is none, and the rule is skipped.
 */
export function judge(
  rule: Pick<Finding, "rule" | "check" | "action" | "min" | "max" | "rows" | "detail">,
  measured: number | null,
): Finding {
  const { min, max, rows, detail, ...named } = rule;
  const value =
    measured === null || !Number.isFinite(measured) ? null : Number(measured.toPrecision(DIGITS));
  return {
    ...named,
    verdict: verdictOf(rule, value),
    value,
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(rows !== undefined && { rows }),
    ...(detail !== undefined && { detail }),
  };
}

const BROKEN = {
  quarantine: "quarantined",
  warn: "warned",
  fail: "failed",
  ignore: "passed",
} as const;

function verdictOf(
  { action, min, max }: Pick<Finding, "action" | "min" | "max">,
  value: number | null,
): Finding["verdict"] {
  if (value === null) return "skipped";
  const isKept = (min === undefined || value >= min) && (max === undefined || value <= max);
  return isKept ? "passed" : BROKEN[action];
}
