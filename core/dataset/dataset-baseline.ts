import type { Task } from "../definition/task.ts";
import type { CategoryColumn, LabelledFrame, Labels } from "../training/training-frame.ts";
import type { DatasetBaseline, Profile } from "./baseline.ts";
import { labelCounts } from "./label-summary.ts";
import { profileCategories, profileNumbers } from "./profile.ts";

/** The baseline of a dataset: profiles of every model input and of the label, from its training split. */
export function datasetBaseline(task: Task, train: LabelledFrame): DatasetBaseline {
  const features = train.columns.map((column): readonly [string, Profile] => [
    column.name,
    column.kind === "number" ? profileNumbers(column.values) : categoryProfile(column),
  ]);
  const label = labelProfile(task, train.labels);
  return { rows: train.rows, features: Object.fromEntries(features), label };
}

function labelProfile(task: Task, labels: Labels): Profile {
  if (task.type === "regression" || task.type === "ranking") return profileNumbers(labels);
  const names = task.type === "binary" ? ["0", "1"] : task.classes;
  const counts = labelCounts(labels, names.length);
  const named = names.map((name, i) => [name, counts[i] as number] as const);
  return profileCategories(
    named.filter(([, count]) => count > 0),
    0,
  );
}

function categoryProfile({ codes, dictionary }: CategoryColumn) {
  const counts = new Uint32Array(dictionary.length);
  let missing = 0;
  for (const code of codes) {
    if (code < 0) missing++;
    else counts[code] = (counts[code] as number) + 1;
  }
  const named = dictionary.map((text, code) => [text, counts[code] as number] as const);
  return profileCategories(
    named.filter(([, count]) => count > 0),
    missing,
  );
}
