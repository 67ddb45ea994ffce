import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { datasetShape } from "../../core/dataset/dataset-shape.ts";
import type { PartFile } from "../../core/dataset/manifest.ts";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { sqlName, sqlText } from "../duckdb/sql.ts";
import type { Duckdb } from "../duckdb/with-duckdb.ts";
import { sha256 } from "../sha256.ts";
import { type SortedSplit, sortedColumns } from "./sort-split.ts";
import { STAGED_COLUMNS } from "./staged-columns.ts";

const ROW_GROUP_ROWS = 122_880;
const PART_ROWS = 4 * ROW_GROUP_ROWS;

/** A part on this machine's disk, before it is stored. */
export interface LocalPart extends PartFile {
  readonly path: string;
}

/**
 * Writes a sorted split as Parquet parts into the database's directory. A part's name ends in the
 * beginning of its digest: another version of DuckDB may write the same rows in other bytes, and what
 * an interrupted run left behind must not stand in their way.
 */
export async function writeParts(
  { connection, directory }: Duckdb,
  { sorted, definition }: { readonly sorted: SortedSplit; readonly definition: StoredDefinition },
): Promise<readonly LocalPart[]> {
  const selected = selectedColumns(definition);
  const parts: LocalPart[] = [];
  for (let from = 0; from < sorted.rows; from += PART_ROWS) {
    const to = Math.min(from + PART_ROWS, sorted.rows);
    const number = String(parts.length).padStart(5, "0");
    const path = join(directory, `${sorted.split}-${number}.parquet`);
    await connection.run(
      `COPY (SELECT ${selected} FROM ${sorted.table} WHERE rowid >= ${from} AND rowid < ${to}) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP_ROWS})`,
    );
    const bytes = await readFile(path);
    const digest = sha256(bytes);
    const name = `${sorted.split}/part-${number}-${digest.slice(0, 12)}.parquet`;
    parts.push({ path, name, rows: to - from, sizeBytes: bytes.length, sha256: digest });
  }
  return parts;
}

/** Stores parts below a dataset's key, and takes them from this machine's disk. */
export async function storeParts(
  store: Pick<ObjectStore, "putFile">,
  key: string,
  parts: readonly LocalPart[],
): Promise<readonly PartFile[]> {
  const stored: PartFile[] = [];
  for (const { path, ...part } of parts) {
    await store.putFile(`${key}/${part.name}`, path);
    await rm(path);
    stored.push(part);
  }
  return stored;
}

/** Inputs and context by name, categories as text again; the label by the target's name; the others. */
function selectedColumns(definition: StoredDefinition): string {
  const shape = datasetShape(definition);
  return [
    ...[...shape.inputs, ...shape.context].map(({ name, kind }) =>
      kind === "category" ? `${sqlName(name)}::VARCHAR AS ${sqlName(name)}` : sqlName(name),
    ),
    ...sortedColumns(shape).map((column) =>
      column === STAGED_COLUMNS.label ? `${column} AS ${sqlName(definition.target.name)}` : column,
    ),
  ].join(", ");
}
