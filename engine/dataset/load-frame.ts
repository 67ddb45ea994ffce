import type { DatasetManifest, SplitName } from "../../core/dataset/manifest.ts";
import { IntegrityError } from "../../core/errors.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { storageKeys } from "../../core/storage-keys.ts";
import type { LabelledFrame } from "../../core/training/training-frame.ts";
import { sqlName, sqlTexts } from "../duckdb/sql.ts";
import { type DuckdbOptions, withDuckdb } from "../duckdb/with-duckdb.ts";
import { arrayOf, frameColumns } from "./frame-columns.ts";
import { readColumns } from "./read-columns.ts";

/** One split of a dataset. The options are DuckDB's; the frame's own memory comes on top. */
export interface SplitToLoad extends DuckdbOptions {
  readonly store: Pick<ObjectStore, "localPath">;
  readonly manifest: DatasetManifest;
  readonly split: SplitName;
}

/**
 * Reads one split of a dataset into memory, rows in the dataset's order. Strings are encoded inside
 * DuckDB: none is made in JavaScript but the dictionary's.
 *
 * @throws {NotFoundError} if a part is missing from the store.
 * @throws {IntegrityError} if the parts have not as many rows as the manifest says.
 */
export async function loadSplit(request: SplitToLoad): Promise<LabelledFrame> {
  const { store, manifest, split, ...options } = request;
  const { parts, rows } = manifest.splits[split];
  const key = storageKeys.dataset(manifest.model, manifest.digest);
  const paths = await Promise.all(parts.map(({ name }) => store.localPath(`${key}/${name}`)));

  return withDuckdb(options, async ({ connection }) => {
    const relation = `read_parquet(${sqlTexts(paths)})`;
    const { inputs, target } = manifest;
    const columns = await frameColumns(connection, { inputs, relation, rows, prefix: split });
    const labels = new Uint8Array(rows);

    const selected = [...columns.map(({ sql }) => sql), sqlName(target)];
    const found = await readColumns(connection, `SELECT ${selected.join(", ")} FROM ${relation}`, [
      ...columns.map(({ column }) => arrayOf(column)),
      labels,
    ]);
    if (found !== rows) {
      throw new IntegrityError(
        `split ${split} of dataset ${manifest.digest} has ${found} rows, its manifest says ${rows}`,
      );
    }
    return { rows, columns: columns.map(({ column }) => column), labels };
  });
}
