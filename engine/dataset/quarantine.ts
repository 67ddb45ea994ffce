import { join } from "node:path";
import type { FileRows, StreamRows } from "../../core/dataset/lineage.ts";
import type { SplitSketches } from "../../core/dataset/number-sketch.ts";
import type { KeptLabel } from "../../core/dataset/profile-weights.ts";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import { DataContractError } from "../../core/errors.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { storageKeys } from "../../core/storage-keys.ts";
import { queryRows } from "../duckdb/query.ts";
import { sqlName, sqlText, sqlTexts } from "../duckdb/sql.ts";
import type { Duckdb } from "../duckdb/with-duckdb.ts";
import { checkedRows, type RowChecks } from "./checked-rows.ts";
import { rawName } from "./field-rules.ts";
import { rejectedLines } from "./rejected-lines.ts";
import type { Source } from "./source-files.ts";

/** Rows of all source files, and the files of this machine that hold the broken ones. */
export interface CheckedRows {
  readonly read: number;
  readonly broken: number;
  /** The same file by file, in the order of the run's plan. */
  readonly files: readonly FileRows[];
  readonly quarantinePaths: readonly string[];
  /** DuckDB types of the source's columns by name; absent where they are not known here. */
  readonly types?: Readonly<Record<string, string>>;
  /** What was read of the streams' past for aggregates; absent without such. */
  readonly events?: readonly StreamRows[];
  /** Of the rows before any was taken out in combining, where their numbers were sketched in shards. */
  readonly sketches?: SplitSketches;
  /** What sampling left of the training rows of each label. */
  readonly sampled?: readonly KeptLabel[];
}

/**
 * Writes the broken rows of a source file to this machine's disk, as they stand in the source, with
 * `__reason`; of csv also lines that are no rows, as `__line`. They are ordered by their values, so
 * that a retry writes the same bytes.
 *
 * @returns path of a Parquet file
 */
export async function quarantineRows(
  { connection, directory }: Duckdb,
  { source, checks }: { readonly source: Source; readonly checks: RowChecks },
): Promise<string> {
  const names = checks.columns.map(({ name }) => name);
  const raw = names.map((name) => `${rawName(name)} AS ${sqlName(name)}`).join(", ");
  const line = source.rejects === undefined ? "" : "NULL::VARCHAR AS __line, ";
  const rows = checkedRows(source.queryAgain, source.types, checks);
  const broken = `SELECT ${raw}, ${line}__reason FROM (${rows}) WHERE __reason IS NOT NULL`;
  const rejected =
    source.rejects === undefined
      ? ""
      : ` UNION ALL BY NAME SELECT __line, __reason FROM (${rejectedLines(source.rejects)})`;

  const path = join(directory, `quarantine-${source.index}.parquet`);
  await writeOrdered({ connection }, `${broken}${rejected}`, path);
  return path;
}

/** Stores the broken rows of all files as one, in the order of their values; nothing where none is broken. */
export async function storeQuarantine(
  { connection, directory }: Duckdb,
  request: {
    readonly store: Pick<ObjectStore, "putFile">;
    readonly key: string;
    readonly rows: CheckedRows;
  },
): Promise<void> {
  const { store, key, rows } = request;
  if (rows.quarantinePaths.length === 0) return;
  const path = join(directory, "quarantine.parquet");
  await writeOrdered({ connection }, `FROM ${quarantined(rows)}`, path);
  await store.putFile(key, path);
}

/** Files may differ in the types of a column: what holds both is what they have in common. */
export const quarantined = ({ quarantinePaths }: CheckedRows) =>
  `read_parquet(${sqlTexts(quarantinePaths)}, union_by_name = true)`;

async function writeOrdered(
  { connection }: Pick<Duckdb, "connection">,
  query: string,
  path: string,
): Promise<void> {
  await connection.run(
    `COPY (SELECT * FROM (${query}) ORDER BY ALL) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`,
  );
}

/** @throws {DataContractError} if more rows are broken than `gates.maxQuarantineShare` allows. */
export async function checkQuarantineGate(
  { connection }: Duckdb,
  request: {
    readonly definition: StoredDefinition;
    readonly runId: string;
    readonly rows: CheckedRows;
  },
): Promise<void> {
  const { definition, runId, rows } = request;
  const { read, broken } = rows;
  const { maxQuarantineShare: allowed } = definition.gates;
  if (broken <= read * allowed) return;
  const reasons = await queryRows(
    connection,
    `SELECT __reason, count(*) FROM ${quarantined(rows)} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 5`,
  );
  const commonest = reasons.map(([reason, count]) => `${reason} (${count})`).join("; ");
  throw new DataContractError(
    `${broken} of ${read} rows (${percent(broken / read)}) break the contract, gates.maxQuarantineShare allows ${percent(allowed)}; commonest reasons: ${commonest}; every broken row is in ${storageKeys.quarantine(definition.name, runId)}`,
  );
}

const percent = (share: number) => `${Number((share * 100).toPrecision(3))}%`;
