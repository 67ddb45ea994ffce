import type { DatasetBaseline, Profile } from "../../../core/dataset/baseline.ts";
import { categoryProfile, classProfile } from "../../../core/dataset/dataset-baseline.ts";
import {
  type LabelFacts,
  labelObserver,
  squareObserver,
} from "../../../core/dataset/label-facts.ts";
import { type LabelSummary, summariseLabels } from "../../../core/dataset/label-summary.ts";
import { profileNumbers } from "../../../core/dataset/profile.ts";
import type { Task } from "../../../core/definition/task.ts";
import type { LabelledFrame } from "../../../core/training/training-frame.ts";

type Rows = Pick<LabelledFrame, "labels" | "weights" | "groups">;

/** What is known of the labels of rows in memory, given in chunks of so many rows. */
export function factsOf(task: Task, { labels, weights, groups }: Rows, chunkRows = 2): LabelFacts {
  const observer = labelObserver(task);
  const queries =
    groups &&
    Uint32Array.from(labels, (_label, row) => groups.findLastIndex((start) => start <= row));
  for (let from = 0; from < labels.length; from += chunkRows) {
    const [start, end] = [from, from + chunkRows];
    observer.add({
      labels: labels.slice(start, end),
      weights: weights?.slice(start, end),
      queries: queries?.slice(start, end),
    });
  }
  return observer.facts();
}

export function summaryOfFrame(task: Task, frame: Rows): LabelSummary {
  const facts = factsOf(task, frame);
  const squares = squareObserver(facts.mean);
  squares.add(frame.labels);
  return summariseLabels(task, facts, squares.squares());
}

/** The baseline of rows in memory. */
export function baselineOfFrame(task: Task, frame: LabelledFrame): DatasetBaseline {
  const features = frame.columns.map((column): readonly [string, Profile] => {
    if (column.kind === "number") return [column.name, profileNumbers(column.values)];
    const { codes, dictionary } = column;
    const counts = dictionary.map((_text, code) => codes.filter((other) => other === code).length);
    const missing = codes.filter((code) => code < 0).length;
    return [column.name, categoryProfile(dictionary, counts, missing)];
  });
  const label =
    task.type === "binary" || task.type === "multiclass"
      ? classProfile(task, factsOf(task, frame).counts)
      : profileNumbers(frame.labels);
  return { rows: frame.rows, features: Object.fromEntries(features), label };
}
