import { STAGED_COLUMNS } from "./staged-columns.ts";

/** DuckDB expression for how much the rows of a group count together in a profile. */
export type CountSql = "count(*)" | `sum(${string})`;

/** @param weights `profileWeights`; rows of other labels count 1 */
export function countSql(weights: ReadonlyMap<number, number>): CountSql {
  if (weights.size === 0) return "count(*)";
  const cases = [...weights].map(
    ([label, weight]) => `WHEN ${label} THEN ${weight.toExponential()}`,
  );
  return `sum(CASE ${STAGED_COLUMNS.label}::INTEGER ${cases.join(" ")} ELSE 1::DOUBLE END)`;
}
