import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { EVENT_TIME_COLUMN } from "../../core/dataset/contract-columns.ts";
import type { DatasetManifest, PartFile } from "../../core/dataset/manifest.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { sqlName, sqlText } from "../duckdb/sql.ts";
import type { Duckdb } from "../duckdb/with-duckdb.ts";
import { sha256 } from "../sha256.ts";
import type { SortedSplit } from "./sort-split.ts";
import { STAGED_COLUMNS } from "./stage-rows.ts";

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
    readonly inputs: DatasetManifest["inputs"];
    readonly target: string;
  },
): Promise<readonly PartFile[]> {
  const { store, key, sorted, inputs, target } = request;
  const selected = [
    ...inputs.map(({ name, kind }) =>
      kind === "category" ? `${sqlName(name)}::VARCHAR AS ${sqlName(name)}` : sqlName(name),
    ),
    `${STAGED_COLUMNS.label} AS ${sqlName(target)}`,
    `${STAGED_COLUMNS.eventTime} AS ${EVENT_TIME_COLUMN}`,
  ].join(", ");

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
