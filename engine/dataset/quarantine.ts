import { join } from "node:path";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import { DataContractError } from "../../core/errors.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { storageKeys } from "../../core/storage-keys.ts";
import { sqlName, sqlText } from "../duckdb/sql.ts";
import type { Duckdb } from "../duckdb/with-duckdb.ts";
import { checkedRows, type RowChecks } from "./checked-rows.ts";
import { rawName } from "./field-rules.ts";
import type { Source } from "./source-files.ts";
import { rejectedLines, type StagedRows } from "./stage-rows.ts";

/**
 * Stores the broken rows as they stand in the source, with `__reason`; of csv also lines that are no
 * rows, as `__line`. They are ordered by their values, so that a retry writes the same bytes. Nothing
 * is stored where no row is broken.
 */
export async function storeQuarantine(
  { connection, directory }: Duckdb,
  request: {
    readonly store: Pick<ObjectStore, "putFile">;
    readonly key: string;
    readonly source: Source;
    readonly checks: RowChecks;
  },
): Promise<void> {
  const { store, key, source, checks } = request;
  const names = checks.columns.map(({ name }) => name);
  const raw = names.map((name) => `${rawName(name)} AS ${sqlName(name)}`).join(", ");
  const line = source.rejects === undefined ? "" : "NULL::VARCHAR AS __line, ";
  const broken = `SELECT ${raw}, ${line}__reason FROM (${checkedRows(source.queryAgain, checks)}) WHERE __reason IS NOT NULL`;
  const rejected =
    source.rejects === undefined
      ? ""
      : ` UNION ALL BY NAME SELECT __line, __reason FROM (${rejectedLines(source.rejects)})`;

  const path = join(directory, "quarantine.parquet");
  await connection.run(
    `COPY (SELECT * FROM (${broken}${rejected}) ORDER BY ALL) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`,
  );
  await store.putFile(key, path);
}

/** @throws {DataContractError} if more rows are broken than `gates.maxQuarantineShare` allows. */
export function checkQuarantineGate(
  definition: StoredDefinition,
  runId: string,
  { read, broken, reasons }: StagedRows,
): void {
  const { maxQuarantineShare: allowed } = definition.gates;
  if (broken <= read * allowed) return;
  const commonest = reasons.map(({ reason, rows }) => `${reason} (${rows})`).join("; ");
  throw new DataContractError(
    `${broken} of ${read} rows (${percent(broken / read)}) break the contract, gates.maxQuarantineShare allows ${percent(allowed)}; commonest reasons: ${commonest}; every broken row is in ${storageKeys.quarantine(definition.name, runId)}`,
  );
}

const percent = (share: number) => `${Number((share * 100).toPrecision(3))}%`;
