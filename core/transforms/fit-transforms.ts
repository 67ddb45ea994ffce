import type { TransformStep } from "../definition/transform-schema.ts";
import {
  applicationsOf,
  leftBy,
  type StepApplication,
  type TransformedColumn,
  withMade,
} from "../definition/transformed-columns.ts";
import { InvalidInputError } from "../errors.ts";
import type { FrameColumn, LabelledFrame } from "../training/training-frame.ts";
import { fitStep } from "./fit-step.ts";
import type { FitContext } from "./fitted-step.ts";
import { type AppliedStep, applyStep } from "./transform-frame.ts";

/** Steps with what they found in the training split. */
export interface FittedTransforms {
  readonly applied: readonly AppliedStep[];
  /** What the model family sees, in its order. */
  readonly columns: readonly Pick<FrameColumn, "kind" | "name">[];
  /** Of each of `columns` the inputs that it comes from. */
  readonly origins: readonly (readonly string[])[];
  /** What each step found, for the run's report. */
  readonly found: readonly unknown[];
}

/** The work so far: columns by name as the training rows have them, and their plan. */
interface Work {
  readonly columns: readonly TransformedColumn[];
  readonly values: Map<string, FrameColumn>;
  readonly origins: Map<string, readonly string[]>;
  /** Names of the columns that a wide one became. */
  readonly wide: Map<string, readonly string[]>;
  readonly applied: AppliedStep[];
  readonly found: unknown[];
}

/**
 * Fits steps to the training split, one after the other.
 *
 * @returns the fitted steps, and the training rows as the family trains on them: those of target encoding
 *   by other folds
 * @throws {InvalidInputError} if a column has nothing to be fitted to, or a transform's code is wrong
 */
export function fitTransforms(
  steps: readonly TransformStep[],
  train: LabelledFrame,
  { task, seed }: Pick<FitContext, "task" | "seed">,
): { readonly fitted: FittedTransforms; readonly train: LabelledFrame } {
  const { labels, weights, groups } = train;
  const context: FitContext = { task, seed, labels, weights, groups };
  const start: Work = {
    columns: train.columns,
    values: new Map(train.columns.map((column) => [column.name, column])),
    origins: new Map(train.columns.map(({ name }) => [name, [name]])),
    wide: new Map(),
    applied: [],
    found: [],
  };
  const work = steps.reduce((done, step) => fitNext(done, step, train.rows, context), start);
  const names = work.columns.flatMap(({ name }) => work.wide.get(name) ?? [name]);
  const columns = names.map((name) => work.values.get(name) as FrameColumn);
  if (columns.length === 0) throw new InvalidInputError("transforms leave no column for the model");
  const fitted: FittedTransforms = {
    applied: work.applied,
    columns: columns.map(({ name, kind }) => ({ name, kind })),
    origins: names.map((name) => work.origins.get(name) as readonly string[]),
    found: work.found,
  };
  return { fitted, train: { ...train, columns } };
}

function fitNext(work: Work, step: TransformStep, rows: number, context: FitContext): Work {
  if (step.how === "drop" || step.how === "keep") {
    return { ...work, columns: leftBy(step, work.columns) };
  }
  const kindOf = (name: string) => work.columns.find((column) => column.name === name)?.kind;
  const applications = applicationsOf(step, kindOf, context.task.type === "multiclass");
  const seen = new Map(work.values);
  for (const application of applications) {
    const read = application.reads.map((name) => seen.get(name) as FrameColumn);
    const { found, build, ends, training } = fitStep(step, read, context);
    const makes = namesOf(application, ends, work.wide);
    const applied: AppliedStep = { reads: application.reads, makes, build };
    const made = applyStep(applied, read, rows);
    made.forEach((column, i) => {
      work.values.set(column.name, withTraining(column, training?.[i]));
      const from = application.reads.flatMap((name) => work.origins.get(name) as readonly string[]);
      work.origins.set(column.name, [...new Set(from)]);
    });
    work.applied.push(applied);
    const how = step.how ?? step.use.name;
    work.found.push({ how, columns: application.reads, ...Object(found) });
  }
  return { ...work, columns: applications.reduce(withMade, work.columns) };
}

/** Names and kinds of what is made: a wide column becomes one for each of its ends. */
function namesOf(
  { makes }: StepApplication,
  ends: readonly string[] | undefined,
  wide: Map<string, readonly string[]>,
): AppliedStep["makes"] {
  return makes.flatMap(({ name, kind }): AppliedStep["makes"] => {
    if (kind !== "wide") return [{ name, kind }];
    const names = (ends as readonly string[]).map((end) => `${name}${end}`);
    wide.set(name, names);
    return names.map((own) => ({ name: own, kind: "number" }));
  });
}

function withTraining(column: FrameColumn, values: Float32Array | undefined): FrameColumn {
  return values === undefined ? column : { kind: "number", name: column.name, values };
}
