import { z } from "zod";
import type { Task } from "../definition/task.ts";
import { LARGEST_RELEVANCE } from "../training/check-frames.ts";
import type { LabelledFrame, Labels } from "../training/training-frame.ts";

const rows = z.int().min(0);

/** Schema of `LabelSummary`. */
export const labelSummarySchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("binary"),
    /** Rows whose label is 1. */
    positives: rows,
  }),
  z.strictObject({
    type: z.literal("multiclass"),
    /** Rows of every class, in the definition's order. */
    counts: z.array(z.tuple([z.string(), rows])).readonly(),
  }),
  z.strictObject({
    type: z.literal("regression"),
    min: z.number(),
    mean: z.number(),
    max: z.number(),
    /** Of the population: divided by the number of rows. */
    standardDeviation: z.number(),
  }),
  z.strictObject({
    type: z.literal("ranking"),
    queries: rows,
    /** Rows of the largest query. */
    largestQuery: rows,
    /** Rows of every relevance that there is, ascending. */
    counts: z.array(z.tuple([z.number(), rows])).readonly(),
  }),
]);

/** What the labels of a split are like, by task. */
export type LabelSummary = z.output<typeof labelSummarySchema>;

/** Sums up the labels of a split that has rows. */
export function summariseLabels(task: Task, frame: LabelledFrame): LabelSummary {
  const { labels } = frame;
  switch (task.type) {
    case "binary":
      return { type: "binary", positives: labelCounts(labels, 2)[1] as number };
    case "multiclass": {
      const counts = labelCounts(labels, task.classes.length);
      const named = task.classes.map((name, i): [string, number] => [name, counts[i] as number]);
      return { type: "multiclass", counts: named };
    }
    case "regression":
      return { type: "regression", ...momentsOf(labels) };
    case "ranking":
      return { type: "ranking", ...queriesOf(frame) };
  }
}

/** The summary as it stands in a manifest: a binary one as it did when there was no other. */
export const storedLabels = (
  label: LabelSummary,
): { readonly positives: number } | { readonly label: LabelSummary } =>
  label.type === "binary" ? { positives: label.positives } : { label };

/** The summary that a manifest holds, whatever the task. */
export function labelSummary({
  positives = 0,
  label = { type: "binary", positives },
}: {
  readonly positives?: number | undefined;
  readonly label?: LabelSummary | undefined;
}): LabelSummary {
  return label;
}

/** How often each of the labels 0, 1, 2… occurs, shape [length]; larger labels are left out. */
export function labelCounts(labels: Labels, length: number): readonly number[] {
  const counts = new Uint32Array(length);
  for (const label of labels) if (label < length) counts[label] = (counts[label] as number) + 1;
  return Array.from(counts);
}

function momentsOf(labels: Labels) {
  let [min, max, sum, squares] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (const label of labels) {
    min = Math.min(min, label);
    max = Math.max(max, label);
    sum += label;
  }
  const mean = sum / labels.length;
  for (const label of labels) squares += (label - mean) ** 2;
  return { min, mean, max, standardDeviation: Math.sqrt(squares / labels.length) };
}

function queriesOf({ labels, groups = Uint32Array.of() }: LabelledFrame) {
  let largestQuery = 0;
  for (let query = 1; query < groups.length; query++) {
    const size = (groups[query] as number) - (groups[query - 1] as number);
    largestQuery = Math.max(largestQuery, size);
  }
  const counts = labelCounts(labels, LARGEST_RELEVANCE + 1)
    .map((count, relevance): [number, number] => [relevance, count])
    .filter(([, count]) => count > 0);
  return { queries: groups.length - 1, largestQuery, counts };
}
