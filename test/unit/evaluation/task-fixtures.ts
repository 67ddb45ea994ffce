import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Task } from "../../../core/definition/task.ts";
import type { MeasuredRows } from "../../../core/evaluation/measured-rows.ts";
import type { QuantileResult } from "../../../core/run/evaluation-results.ts";

/** What scikit-learn found; made by test/fixtures/evaluation/generate_tasks.py. */
export interface TaskCase {
  readonly name: string;
  readonly task: Task;
  readonly labels: readonly number[];
  readonly predictions: readonly number[];
  readonly weights: readonly number[] | null;
  readonly groups?: readonly number[];
  readonly threshold?: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly confusion?: readonly (readonly number[])[];
  readonly perClass?: Readonly<Record<"precision" | "recall" | "f1", readonly number[]>>;
  readonly quantiles?: readonly QuantileResult[];
}

interface TaskFixtures {
  readonly cases: readonly TaskCase[];
  readonly bootstrap: {
    readonly labels: readonly number[];
    readonly predictions: readonly number[];
    readonly mae: { readonly low: number; readonly high: number; readonly standardError: number };
  };
  readonly percentiles: {
    readonly values: readonly number[];
    readonly quantiles: readonly { readonly share: number; readonly value: number }[];
    readonly standardDeviation: number;
  };
  readonly normalUpperQuantiles: readonly {
    readonly probability: number;
    readonly value: number;
  }[];
}

export const taskFixtures = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../fixtures/evaluation/tasks.json"), "utf8"),
) as TaskFixtures;

export const casesOf = (type: Task["type"]) =>
  taskFixtures.cases.filter(({ task }) => task.type === type);

/** Rows as evaluation has them. */
export function measuredRows(given: {
  readonly labels: readonly number[];
  readonly predictions: readonly number[];
  readonly weights?: readonly number[] | null;
  readonly groups?: readonly number[];
  readonly threshold?: number;
}): MeasuredRows {
  const { labels, predictions, weights, groups, threshold } = given;
  return {
    labels: Float64Array.from(labels),
    predictions: Float64Array.from(predictions),
    ...(weights ? { weights: Float64Array.from(weights) } : {}),
    ...(groups ? { groups: Uint32Array.from(groups) } : {}),
    ...(threshold === undefined ? {} : { threshold }),
  };
}
