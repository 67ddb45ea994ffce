import type { Task } from "../definition/task.ts";
import type { Labels } from "../training/training-frame.ts";
import type { ColumnValue, Operators } from "./operators.ts";

/** What a step is fitted by, beside its column. */
export interface FitContext {
  readonly task: Task;
  /** Draws the folds of target encoding. */
  readonly seed: number;
  readonly labels: Labels;
  readonly weights?: Float64Array | undefined;
  /** Ranking: the bounds of the queries. */
  readonly groups?: Uint32Array | undefined;
}

/** What a step makes of one column, in the order of its names. */
export type Build = <Numbers, Texts>(
  nodes: Operators<Numbers, Texts>,
  column: ColumnValue<Numbers, Texts>,
) => readonly ColumnValue<Numbers, Texts>[];

/** A step with what it found in the training split. */
export interface FittedStep {
  /** For the run's report; plain JSON, small. */
  readonly found: unknown;
  readonly build: Build;
  /** Ends of the names of columns, where the training split says how many there are. */
  readonly ends?: readonly string[];
  /** What training rows have instead of what `build` gives, one array a column. */
  readonly training?: readonly Float32Array[];
}

/** A step that reads numbers. */
export const fromNumbers =
  (
    build: <Numbers, Texts>(
      nodes: Operators<Numbers, Texts>,
      column: Numbers,
    ) => readonly ColumnValue<Numbers, Texts>[],
  ): Build =>
  (nodes, { kind, value }) => {
    // parseDefinition has checked it
    if (kind !== "number") throw new Error("the step reads a column of numbers");
    return build(nodes, value);
  };

/** A step that reads strings. */
export const fromTexts =
  (
    build: <Numbers, Texts>(
      nodes: Operators<Numbers, Texts>,
      column: Texts,
    ) => readonly ColumnValue<Numbers, Texts>[],
  ): Build =>
  (nodes, { kind, value }) => {
    // parseDefinition has checked it
    if (kind !== "category") throw new Error("the step reads a column of strings");
    return build(nodes, value);
  };

export const aNumber = <Numbers>(value: Numbers) => ({ kind: "number", value }) as const;
export const aText = <Texts>(value: Texts) => ({ kind: "category", value }) as const;
