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

/**
 * Stores a sorted split as Parquet parts below a key. A part's name ends in the beginning of its
 * digest: another version of DuckDB may write the same rows in other bytes, and what an interrupted
 * run left behind must not stand in their way.
 */
export async function writeParts(
  { connection, directory }: Duckdb,
  request: {
    readonly store: Pick<ObjectStore, "putFile">;
    /** Of the dataset. */
    readonly key: string;
    readonly sorted: SortedSplit;
    readonly definition: StoredDefinition;
  },
): Promise<readonly PartFile[]> {
  const { store, key, sorted, definition } = request;
  const selected = selectedColumns(definition);
  const parts: PartFile[] = [];
  for (let from = 0; from < sorted.rows; from += PART_ROWS) {
    const to = Math.min(from + PART_ROWS, sorted.rows);
    const path = join(directory, "part.parquet");
    await connection.run(
      `COPY (SELECT ${selected} FROM ${sorted.table} WHERE rowid >= ${from} AND rowid < ${to}) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP_ROWS})`,
    );
    const bytes = await readFile(path);
    const digest = sha256(bytes);
    const number = String(parts.length).padStart(5, "0");
    const name = `${sorted.split}/part-${number}-${digest.slice(0, 12)}.parquet`;
    await store.putFile(`${key}/${name}`, path);
    await rm(path);
    parts.push({ name, rows: to - from, sizeBytes: bytes.length, sha256: digest });
  }
  return parts;
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
