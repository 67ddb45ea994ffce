import type { OpenDataset } from "../../core/evaluation/open-dataset.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { loadSplit } from "../dataset/load-frame.ts";
import type { DuckdbOptions } from "../duckdb/with-duckdb.ts";
import { datasetOpener } from "./open-dataset.ts";

/** Opens datasets of a store, their splits read by DuckDB within its memory limit. */
export function storedDatasets(
  store: Pick<ObjectStore, "get" | "localPath">,
  options: DuckdbOptions = {},
): OpenDataset {
  return datasetOpener(store, (manifest, split, context) =>
    loadSplit({ store, manifest, split, ...(context && { context }), ...options }),
  );
}
