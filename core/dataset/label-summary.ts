import { z } from "zod";
import type { Task } from "../definition/task.ts";
import type { LabelFacts } from "./label-facts.ts";

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

/**
 * Sums up the labels of a split that has rows.
 *
 * @param squares of regression: sum of the squares of the labels' deviations from their mean
 */
export function summariseLabels(task: Task, facts: LabelFacts, squares = 0): LabelSummary {
  const { rows, counts, min, mean, max, queries, largestQuery } = facts;
  switch (task.type) {
    case "binary":
      return { type: "binary", positives: counts[1] as number };
    case "multiclass": {
      const named = task.classes.map((name, i): [string, number] => [name, counts[i] as number]);
      return { type: "multiclass", counts: named };
    }
    case "regression":
      return { type: "regression", min, mean, max, standardDeviation: Math.sqrt(squares / rows) };
    case "ranking": {
      const found = counts
        .map((count, relevance): [number, number] => [relevance, count])
        .filter(([, count]) => count > 0);
      return { type: "ranking", queries, largestQuery, counts: found };
    }
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
