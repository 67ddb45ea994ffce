import type { DuckDBConnection } from "@duckdb/node-api";
import type { CategoryProfile, DatasetBaseline, Profile } from "../../core/dataset/baseline.ts";
import { classProfile } from "../../core/dataset/dataset-baseline.ts";
import type { DatasetShape } from "../../core/dataset/dataset-shape.ts";
import { profileCategories } from "../../core/dataset/profile.ts";
import { type KeptLabel, profileWeights } from "../../core/dataset/profile-weights.ts";
import { queryRows } from "../duckdb/query.ts";
import { sqlName } from "../duckdb/sql.ts";
import { numberProfile } from "./number-profile.ts";
import { type CountSql, countSql } from "./profile-weight-sql.ts";
import type { SortedSplit } from "./sort-split.ts";
import type { SplitContent } from "./split-content.ts";
import { STAGED_COLUMNS } from "./staged-columns.ts";

interface TrainingSplit extends SortedSplit {
  readonly content: SplitContent;
  /** What sampling left of the rows of each label. */
  readonly sampled: readonly KeptLabel[];
}

/**
 * The baseline of a dataset: profiles of every model input and of the label, from its training split. Of
 * one that was sampled by label each row counts for those that it stands for.
 */
export async function splitBaseline(
  connection: DuckDBConnection,
  { inputs, task }: DatasetShape,
  { table, rows, content, sampled }: TrainingSplit,
): Promise<DatasetBaseline> {
  const weights = profileWeights(sampled);
  const rowCount = countSql(weights);
  const features: Record<string, Profile> = {};
  for (const { name } of inputs) {
    const counted = content.categories.get(name);
    if (counted === undefined) {
      features[name] = await numberProfile(connection, table, sqlName(name), rowCount);
    } else {
      features[name] =
        weights.size === 0 ? counted : await weightedTexts(connection, table, name, rowCount);
    }
  }
  const label =
    task.type === "binary" || task.type === "multiclass"
      ? classProfile(
          task,
          content.labels.counts.map((count, of) => count * (weights.get(of) ?? 1)),
        )
      : await numberProfile(connection, table, STAGED_COLUMNS.label);
  return { rows, features, label };
}

/** Profile of a category whose rows do not count the same. */
async function weightedTexts(
  connection: DuckDBConnection,
  table: string,
  name: string,
  rowCount: CountSql,
): Promise<CategoryProfile> {
  const rows = await queryRows(
    connection,
    `SELECT ${sqlName(name)}::VARCHAR, ${rowCount} FROM ${table} GROUP BY 1`,
  );
  const counts = rows.map(([text, count]) => [text, Number(count)] as const);
  const missing = counts.find(([text]) => text === null)?.[1] ?? 0;
  return profileCategories(
    counts.flatMap(([text, count]) => (text === null ? [] : [[String(text), count] as const])),
    missing,
  );
}
