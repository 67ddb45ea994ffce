import { availableParallelism } from "node:os";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { DatasetManifest, SplitName } from "../../core/dataset/manifest.ts";
import { IntegrityError } from "../../core/errors.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { storageKeys } from "../../core/storage-keys.ts";
import type { FrameColumn, LabelledFrame } from "../../core/training/training-frame.ts";
import { queryChunks } from "../duckdb/query.ts";
import { sqlName, sqlTexts } from "../duckdb/sql.ts";
import { type DuckdbOptions, withDuckdb } from "../duckdb/with-duckdb.ts";
import { columnSql } from "./column-sql.ts";
import { copyVector } from "./copy-vector.ts";
import { createDictionary } from "./dictionary.ts";

export interface SplitToLoad {
  readonly store: Pick<ObjectStore, "localPath">;
  readonly manifest: DatasetManifest;
  readonly split: SplitName;
  /** Of DuckDB; the frame itself comes on top. @default "1GB" */
  readonly memoryLimit?: string;
  readonly threads?: number;
}

/**
 * Reads one split of a dataset into memory, rows in the dataset's order. Strings are encoded inside
 * DuckDB: none is made in JavaScript but the dictionary's.
 *
 * @throws {NotFoundError} if a part is missing from the store.
 * @throws {IntegrityError} if a part has not the rows that the manifest says.
 */
export async function loadSplit(request: SplitToLoad): Promise<LabelledFrame> {
  const { store, manifest, split } = request;
  const { parts, rows } = manifest.splits[split];
  const key = storageKeys.dataset(manifest.model, manifest.digest);
  const paths = await Promise.all(parts.map(({ name }) => store.localPath(`${key}/${name}`)));

  const options: DuckdbOptions = {
    memoryLimit: request.memoryLimit ?? "1GB",
    threads: request.threads ?? availableParallelism(),
  };
  return withDuckdb(options, async ({ connection }) => {
    const relation = `read_parquet(${sqlTexts(paths)})`;
    const { columns, selected } = await emptyColumns(connection, { manifest, relation, rows });
    const labels = new Uint8Array(rows);
    const targets = [...columns.map(arrayOf), labels];

    const sql = `SELECT ${[...selected, sqlName(manifest.target)].join(", ")} FROM ${relation}`;
    let at = 0;
    for await (const chunk of queryChunks(connection, sql)) {
      if (at + chunk.rowCount <= rows) {
        targets.forEach((target, i) => {
          copyVector(chunk.getColumnVector(i), target, at);
        });
      }
      at += chunk.rowCount;
    }
    if (at !== rows) {
      throw new IntegrityError(
        `split ${split} of dataset ${manifest.digest} has ${at} rows, its manifest says ${rows}`,
      );
    }
    return { rows, columns, labels };
  });
}

async function emptyColumns(
  connection: DuckDBConnection,
  { manifest, relation, rows }: { manifest: DatasetManifest; relation: string; rows: number },
) {
  const columns: FrameColumn[] = [];
  const selected: string[] = [];
  for (const [i, { name, kind }] of manifest.inputs.entries()) {
    const column = sqlName(name);
    if (kind === "number") {
      columns.push({ kind, name, values: new Float32Array(rows) });
      selected.push(columnSql.number(column));
      continue;
    }
    const { type, strings } = await createDictionary(connection, `dictionary_${i}`, {
      relation,
      column,
    });
    columns.push({ kind, name, codes: new Int32Array(rows), dictionary: strings });
    selected.push(columnSql.code(column, type));
  }
  return { columns, selected };
}

const arrayOf = (column: FrameColumn) => (column.kind === "number" ? column.values : column.codes);
