import { DATASET_COLUMNS } from "../../core/dataset/dataset-shape.ts";
import type {
  DatasetColumn,
  DatasetManifest,
  PartFile,
  SplitName,
} from "../../core/dataset/manifest.ts";
import { IntegrityError, InvalidInputError } from "../../core/errors.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { storageKeys } from "../../core/storage-keys.ts";
import type { LabelledFrame } from "../../core/training/training-frame.ts";
import { checkedPath } from "../checked-path.ts";
import { sqlName, sqlTexts } from "../duckdb/sql.ts";
import { type DuckdbOptions, withDuckdb } from "../duckdb/with-duckdb.ts";
import { frameArrays } from "./frame-arrays.ts";
import { frameColumns } from "./frame-columns.ts";
import { readColumns } from "./read-columns.ts";

/** One split of a dataset. The options are DuckDB's; the frame's own memory comes on top. */
export interface SplitToLoad extends DuckdbOptions {
  readonly store: Pick<ObjectStore, "localPath">;
  readonly manifest: DatasetManifest;
  readonly split: SplitName;
  /** Names of the context columns to load. @default all that the dataset has */
  readonly context?: readonly string[];
}

/**
 * Reads one split of a dataset into memory, rows in the dataset's order. Strings are encoded inside
 * DuckDB: none is made in JavaScript but the dictionary's.
 *
 * @throws {InvalidInputError} if the dataset has not a context column that is asked for.
 * @throws {NotFoundError} if a part is missing from the store.
 * @throws {IntegrityError} if a part is not the one that the manifest names, or the parts have not as
 *   many rows as it says. Digests of the 11 MB of 3,000,000 flights take 0.05 s of 0.9 s.
 */
export async function loadSplit(request: SplitToLoad): Promise<LabelledFrame> {
  const { store, manifest, split, context: _asked, ...options } = request;
  const { parts, rows } = manifest.splits[split];
  const key = storageKeys.dataset(manifest.model, manifest.digest);
  const paths = await Promise.all(parts.map((part) => checkedPart(store, key, part)));

  return withDuckdb(options, async ({ connection }) => {
    const relation = `read_parquet(${sqlTexts(paths)})`;
    const { inputs, target } = manifest;
    const named = [...inputs, ...wantedContext(request)];
    const columns = await frameColumns(connection, {
      inputs: named,
      relation,
      rows,
      prefix: split,
    });
    const hasWeight = manifest.weighted === true;
    const task = manifest.task ?? "binary";
    const { arrays, frame } = frameArrays(rows, { task, hasWeight, inputs, columns });
    const selected = [
      ...columns.map(({ sql }) => sql),
      sqlName(target),
      ...(hasWeight ? [DATASET_COLUMNS.weight] : []),
      ...(task === "ranking" ? [DATASET_COLUMNS.query] : []),
    ];
    const query = `SELECT ${selected.join(", ")} FROM ${relation}`;
    const found = await readColumns(connection, query, arrays);
    if (found !== rows) {
      throw new IntegrityError(
        `split ${split} of dataset ${manifest.digest} has ${found} rows, its manifest says ${rows}`,
      );
    }
    return frame();
  });
}

function wantedContext({ manifest, context }: SplitToLoad): readonly DatasetColumn[] {
  const columns = manifest.context ?? [];
  const stranger = context?.find((name) => !columns.some((column) => column.name === name));
  if (stranger === undefined) {
    return columns.filter(({ name }) => context === undefined || context.includes(name));
  }
  const has = columns.map(({ name }) => name).join(", ") || "none";
  throw new InvalidInputError(
    `dataset ${manifest.digest} has no context column ${stranger}; it has ${has}`,
  );
}

/** Path of a part on this machine, its bytes found to be those that were prepared. */
async function checkedPart(
  store: SplitToLoad["store"],
  datasetKey: string,
  { name, sha256 }: PartFile,
): Promise<string> {
  const key = `${datasetKey}/${name}`;
  const remedy = "restore it, or remove the dataset to have it prepared again";
  return checkedPath(store, key, { sha256, remedy });
}
