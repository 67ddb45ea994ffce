import type { DuckDBConnection } from "@duckdb/node-api";
import type { DatasetBaseline, Profile } from "../../core/dataset/baseline.ts";
import { classProfile } from "../../core/dataset/dataset-baseline.ts";
import type { DatasetShape } from "../../core/dataset/dataset-shape.ts";
import { sqlName } from "../duckdb/sql.ts";
import { numberProfile } from "./number-profile.ts";
import type { SortedSplit } from "./sort-split.ts";
import type { SplitContent } from "./split-content.ts";
import { STAGED_COLUMNS } from "./staged-columns.ts";

/** The baseline of a dataset: profiles of every model input and of the label, from its training split. */
export async function splitBaseline(
  connection: DuckDBConnection,
  { inputs, task }: DatasetShape,
  { table, rows, content }: SortedSplit & { readonly content: SplitContent },
): Promise<DatasetBaseline> {
  const features: Record<string, Profile> = {};
  for (const { name } of inputs) {
    features[name] =
      content.categories.get(name) ?? (await numberProfile(connection, table, sqlName(name)));
  }
  const label =
    task.type === "binary" || task.type === "multiclass"
      ? classProfile(task, content.labels.counts)
      : await numberProfile(connection, table, STAGED_COLUMNS.label);
  return { rows, features, label };
}
