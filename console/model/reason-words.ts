import type { Reason } from "../../core/explain/row-reasons.ts";
import { numberWords } from "../words.ts";

/** Why a row was scored as it was, a line a reason, the strongest first. */
export function reasonLines(reasons: readonly Reason[]): readonly string[] {
  if (reasons.length === 0) return ["no input moved the score"];
  return reasons.map(({ field, value, contribution, direction, code, bin }) => {
    const name = code === undefined ? field : `${code} (${field})`;
    const where = bin === undefined ? "" : `, in ${bin}`;
    const by = numberWords(Math.abs(contribution));
    return `${name} ${value ?? "missing"}${where}: ${direction} the score by ${by}`;
  });
}
