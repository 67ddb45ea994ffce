import type { DuckDBConnection } from "@duckdb/node-api";
import type { Profile } from "../../core/dataset/baseline.ts";
import { type KeptLabel, profileWeights } from "../../core/dataset/profile-weights.ts";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import { modelInputs } from "../../core/definition/model-inputs.ts";
import { rulesOf } from "../../core/definition/quality-rules.ts";
import { type ColumnDrift, columnDrift } from "../../core/drift/column-drift.ts";
import { driftBins } from "../../core/drift/drift-bins.ts";
import { judge } from "../../core/quality/judge.ts";
import type { Finding } from "../../core/quality/quality-report.ts";
import { type CountSql, countSql } from "../dataset/profile-weight-sql.ts";
import { STAGED } from "../dataset/stage-rows.ts";
import { STAGED_COLUMNS } from "../dataset/staged-columns.ts";
import { binCount, binSql } from "../drift/bin-sql.ts";
import { queryRows } from "../duckdb/query.ts";
import { sqlName } from "../duckdb/sql.ts";
import type { LastKnown } from "./last-known.ts";

/** Columns that a finding names. */
const NAMED = 10;

/**
 * Compares the inputs of the training split with those of the last dataset. The value is the index of the
 * worst column; its limit is the rule's, or what chance alone comes to where that is more. Rows of a
 * sampled split count as in its baseline.
 */
export async function distributionFindings(
  connection: DuckDBConnection,
  definition: StoredDefinition,
  { profiles }: LastKnown,
  sampled: readonly KeptLabel[] = [],
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const rowCount = countSql(profileWeights(sampled));
  for (const { name, check, action, columns, maxPsi } of rulesOf(definition, "distribution")) {
    const found = { rule: name, check, action, max: maxPsi };
    const wanted = modelInputs(definition).filter(
      (input) => columns === undefined || columns.includes(input.name),
    );
    const drifts: ColumnDrift[] = [];
    for (const input of wanted) {
      const profile = profiles?.[input.name];
      if (profile === undefined || profile.rows === 0) continue;
      const counts = await binCounts(connection, profile, input.name, rowCount);
      if (counts.some((count) => count > 0)) {
        drifts.push(columnDrift(input.name, profile, counts, maxPsi));
      }
    }
    const limitOf = ({ chanceLimit }: ColumnDrift) => Math.max(maxPsi, chanceLimit);
    drifts.sort((a, b) => b.psi / limitOf(b) - a.psi / limitOf(a) || (a.name < b.name ? -1 : 1));
    const [worst] = drifts;
    if (!worst) {
      findings.push(judge({ ...found, detail: "there is no last dataset to compare with" }, null));
      continue;
    }
    const changed = drifts.filter(({ hasDrifted }) => hasDrifted).slice(0, NAMED);
    const detail = (changed.length === 0 ? [worst] : changed)
      .map((drift) => `${drift.name} ${drift.psi.toPrecision(3)}`)
      .join(", ");
    findings.push(judge({ ...found, max: limitOf(worst), detail }, worst.psi));
  }
  return findings;
}

async function binCounts(
  connection: DuckDBConnection,
  profile: Profile,
  name: string,
  rowCount: CountSql,
): Promise<readonly number[]> {
  const bins = driftBins(profile);
  const counts = new Array<number>(binCount(bins)).fill(0);
  const rows = await queryRows(
    connection,
    `SELECT ${binSql(bins, sqlName(name))}, ${rowCount} FROM ${STAGED} WHERE ${STAGED_COLUMNS.split} = 0 GROUP BY 1`,
  );
  for (const [bin, count] of rows) counts[Number(bin)] = Number(count);
  return counts;
}
