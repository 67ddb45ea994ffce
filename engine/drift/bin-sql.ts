import type { DriftBins } from "../../core/drift/drift-bins.ts";
import { sqlText } from "../duckdb/sql.ts";

/**
 * DuckDB expression for the number of the bin that a value falls into: what `countIntoBins` does,
 * inside the database. NULL, NaN, infinities and empty strings are missing.
 *
 * @param column SQL of the value
 */
export function binSql(bins: DriftBins, column: string): string {
  return bins.kind === "number" ? numberSql(bins.edges, column) : categorySql(bins.values, column);
}

/** How many bins there are, other and missing among them. */
export function binCount(bins: DriftBins): number {
  return bins.kind === "number" ? bins.edges.length + 2 : bins.values.length + 2;
}

function numberSql(edges: readonly number[], column: string): string {
  const value = `TRY_CAST(${column} AS DOUBLE)`;
  // An exponent makes a literal a DOUBLE; without one it is a DECIMAL, which may round the last bit.
  const below = edges.map((edge) => `(${value} > ${edge.toExponential()})::INTEGER`);
  return `CASE WHEN ${value} IS NULL OR NOT isfinite(${value}) THEN ${edges.length + 1}
    ELSE ${below.join(" + ") || "0"} END`;
}

function categorySql(values: readonly string[], column: string): string {
  const value = `CAST(${column} AS VARCHAR)`;
  const named = values.map((text, i) => `WHEN ${value} = ${sqlText(text)} THEN ${i}`);
  return `CASE WHEN coalesce(${value}, '') = '' THEN ${values.length + 1}
    ${named.join(" ")} ELSE ${values.length} END`;
}
