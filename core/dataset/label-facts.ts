import type { Task } from "../definition/task.ts";
import { LARGEST_RELEVANCE } from "../training/check-frames.ts";
import type { Labels } from "../training/training-frame.ts";

/** Some rows of a split, in its order. */
export interface LabelChunk {
  readonly labels: Labels;
  /** Of each row. Absent: each counts 1. */
  readonly weights?: Float64Array | undefined;
  /** Ranking: the query of each row, as a number; the rows of a query lie together. */
  readonly queries?: Uint32Array | undefined;
}

/** What the labels of a split are like, from one pass over them. */
export interface LabelFacts {
  readonly rows: number;
  /** Rows whose weight is not 0. */
  readonly counting: number;
  /** Label of the first row that counts; 0 where none does. */
  readonly first: number;
  /** Whether the labels of all rows that count are the same. */
  readonly isConstant: boolean;
  /** Rows of each label 0, 1, 2…; empty for regression, whose labels are no places. */
  readonly counts: readonly number[];
  /** As `counts`, of rows that count. */
  readonly countingCounts: readonly number[];
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly queries: number;
  /** Rows of the largest query. */
  readonly largestQuery: number;
  /** Whether a query has two rows that count and differ in relevance. */
  readonly hasOrder: boolean;
}

/** Observes the labels of a split chunk by chunk, so that they never lie in memory all together. */
export function labelObserver(task: Task): {
  add(chunk: LabelChunk): void;
  facts(): LabelFacts;
} {
  const counts = new Array<number>(placesOf(task)).fill(0);
  const countingCounts = [...counts];
  let [rows, counting, first, isConstant] = [0, 0, 0, true];
  let [min, max, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  const queries = queryObserver();

  const addCounting = (label: number) => {
    if (counting === 0) first = label;
    else if (label !== first) isConstant = false;
    counting++;
    if (label < countingCounts.length)
      countingCounts[label] = (countingCounts[label] as number) + 1;
  };
  return {
    add({ labels, weights, queries: of }) {
      for (let row = 0; row < labels.length; row++) {
        const label = labels[row] as number;
        const isCounting = weights?.[row] !== 0;
        min = Math.min(min, label);
        max = Math.max(max, label);
        sum += label;
        if (label < counts.length) counts[label] = (counts[label] as number) + 1;
        if (isCounting) addCounting(label);
        if (of) queries.add(of[row] as number, label, isCounting);
      }
      rows += labels.length;
    },
    facts: () => ({
      ...{ rows, counting, first, isConstant, counts, countingCounts },
      ...{ min, max, mean: sum / rows, ...queries.facts() },
    }),
  };
}

/** Sum of the squares of labels' deviations from their mean, in row order. */
export function squareObserver(mean: number) {
  let squares = 0;
  return {
    add(labels: Labels): void {
      for (const label of labels) squares += (label - mean) ** 2;
    },
    squares: () => squares,
  };
}

function placesOf(task: Task): number {
  if (task.type === "binary") return 2;
  if (task.type === "multiclass") return task.classes.length;
  return task.type === "ranking" ? LARGEST_RELEVANCE + 1 : 0;
}

function queryObserver() {
  let [queries, size, largestQuery, hasOrder] = [0, 0, 0, false];
  let current: number | undefined;
  let known: number | undefined;
  return {
    add(query: number, label: number, isCounting: boolean): void {
      if (query !== current) {
        current = query;
        known = undefined;
        queries++;
        size = 0;
      }
      size++;
      largestQuery = Math.max(largestQuery, size);
      if (!isCounting) return;
      known ??= label;
      if (label !== known) hasOrder = true;
    },
    facts: () => ({ queries, largestQuery, hasOrder }),
  };
}
