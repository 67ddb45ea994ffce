import { isSourceObject } from "../core/dataset/source-plan.ts";
import type { StoredDefinition } from "../core/definition/model-definition.ts";
import type { ObjectStore } from "../core/ports/object-store.ts";
import { storageKeys } from "../core/storage-keys.ts";
import { queryRows } from "../engine/duckdb/query.ts";
import { sqlName, sqlText, sqlTexts } from "../engine/duckdb/sql.ts";
import { withDuckdb } from "../engine/duckdb/with-duckdb.ts";

/**
 * Instances as callers send them, drawn from the source, the same at every call; of a model that is
 * split by time, from the time that is tested.
 */
export async function sampleInstances(
  store: Pick<ObjectStore, "localPath" | "list">,
  definition: StoredDefinition,
  rows: number,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { name, source, split, fields } = definition;
  const keys = source.files.map((file) => storageKeys.source(name, file.name));
  if (source.prefix !== undefined) {
    for await (const { key } of store.list(storageKeys.source(name, source.prefix))) {
      if (isSourceObject(key)) keys.push(key);
    }
  }
  const paths = await Promise.all(keys.map((key) => store.localPath(key)));
  const read = source.format === "parquet" ? "read_parquet" : "read_csv";
  const wanted = Object.entries(fields).filter(([, { role }]) => role === "feature");
  const columns = wanted.map(([field, { type }]) => selected(field, type));
  const since =
    split.by === "time" && source.eventTime !== undefined
      ? `WHERE ${sqlName(source.eventTime)} >= ${sqlText(split.testFrom)}::TIMESTAMPTZ::TIMESTAMP`
      : "";
  const sql = `SELECT ${columns} FROM (SELECT * FROM ${read}(${sqlTexts(paths)}) ${since})
    USING SAMPLE reservoir(${rows} ROWS) REPEATABLE (1)`;
  const drawn = await withDuckdb({ threads: 1 }, ({ connection }) => queryRows(connection, sql));
  return drawn.map((row) => Object.fromEntries(wanted.map(([field], i) => [field, row[i]])));
}

function selected(field: string, type: string): string {
  const column = sqlName(field);
  if (type === "timestamp") return `strftime(${column}, '%Y-%m-%dT%H:%M:%SZ')`;
  // Texts of digits are read from csv as numbers, and are no less a category.
  if (type === "category") return `${column}::VARCHAR`;
  return type === "number" || type === "integer" ? `${column}::DOUBLE` : column;
}
