import type { Issue } from "../errors.ts";
import { shownValue } from "../shown-value.ts";
import type { CheckedDefinition } from "./model-definition.ts";
import { modelInputs } from "./model-inputs.ts";
import { OUTPUT_NAMES } from "./task.ts";
import { stepOptionIssues } from "./transform-option-issues.ts";
import type { TransformStep } from "./transform-schema.ts";
import {
  applicationsOf,
  leftBy,
  type StepApplication,
  type TransformedColumn,
  wantedKind,
  withMade,
} from "./transformed-columns.ts";

/** What is wrong with the transforms of a definition and of its candidates. */
export function transformIssues(definition: CheckedDefinition): readonly Issue[] {
  const { transforms, candidates } = definition;
  return [
    ...listIssues(definition, transforms ?? [], "transforms"),
    ...candidates.flatMap((candidate, i) => [
      ...listIssues(definition, candidate.transforms ?? [], `candidates[${i}].transforms`),
      ...continuingIssues(candidate, transforms, `candidates[${i}].continueFrom`),
    ]),
  ];
}

/** Trees grown on columns of one fit would be read on those of another. */
function continuingIssues(
  { continueFrom, transforms: own }: CheckedDefinition["candidates"][number],
  shared: CheckedDefinition["transforms"],
  path: string,
): readonly Issue[] {
  if (continueFrom === undefined || (own ?? shared ?? []).length === 0) return [];
  const message = "cannot go with transforms, which are fitted anew in each run; leave one out";
  return [{ path, message }];
}

/** A list of steps while it is read: what columns there are, and whatever was there before. */
interface Reading {
  readonly columns: readonly TransformedColumn[];
  /** Columns that were replaced or dropped, and by which step. */
  readonly gone: ReadonlyMap<string, number>;
  readonly issues: readonly Issue[];
}

function listIssues(
  definition: CheckedDefinition,
  steps: readonly TransformStep[],
  path: string,
): readonly Issue[] {
  const isMulticlass = definition.target.type === "multiclass";
  const start: Reading = { columns: modelInputs(definition), gone: new Map(), issues: [] };
  const read = steps.reduce<Reading>(
    (reading, step, i) => readStep(reading, steps, { step, i, at: `${path}[${i}]`, isMulticlass }),
    start,
  );
  if (read.columns.length > 0 || read.issues.length > 0 || steps.length === 0) return read.issues;
  return [{ path, message: "leave no column for the model; keep one or more" }];
}

interface Place {
  readonly step: TransformStep;
  readonly i: number;
  readonly at: string;
  readonly isMulticlass: boolean;
}

function readStep(reading: Reading, steps: readonly TransformStep[], place: Place): Reading {
  const { step, i, at } = place;
  const { columns } = reading;
  // What is wrong with one step makes others wrong that are not.
  if (reading.issues.length > 0) return reading;
  const known = (name: string) => columns.some((column) => column.name === name);
  const unknown = step.columns.flatMap((name, c): Issue[] =>
    known(name)
      ? []
      : [{ path: `${at}.columns[${c}]`, message: whyUnknown(name, reading, steps, place) }],
  );
  const issues = [...reading.issues, ...repeatIssues(step, at), ...unknown];
  if (unknown.length > 0) return { ...reading, issues };
  if (step.how === "drop" || step.how === "keep") {
    const left = leftBy(step, columns);
    return { columns: left, gone: withGone(reading, left, i), issues };
  }
  const kindOf = (name: string) => columns.find((column) => column.name === name)?.kind;
  const kinds = kindIssues(step, columns, at);
  const shape = stepOptionIssues(step, kindOf, at);
  if (kinds.length + shape.length > 0) {
    return { ...reading, issues: [...issues, ...kinds, ...shape] };
  }
  const applied = applicationsOf(step, kindOf, place.isMulticlass);
  const clashes = applied.flatMap((one) => clashIssues(one, reading, at));
  const made = applied.reduce(withMade, columns);
  return { columns: made, gone: withGone(reading, made, i), issues: [...issues, ...clashes] };
}

function withGone({ columns, gone }: Reading, left: readonly TransformedColumn[], step: number) {
  const names = new Set(left.map(({ name }) => name));
  const lost = columns.filter(({ name }) => !names.has(name));
  return new Map([...gone, ...lost.map(({ name }) => [name, step] as const)]);
}

function repeatIssues({ columns }: TransformStep, at: string): readonly Issue[] {
  return columns.flatMap((name, c): Issue[] =>
    columns.indexOf(name) === c
      ? []
      : [{ path: `${at}.columns[${c}]`, message: `${name} is named twice; name it once` }],
  );
}

function whyUnknown(
  name: string,
  { columns, gone }: Reading,
  steps: readonly TransformStep[],
  { i, isMulticlass }: Place,
): string {
  const removedBy = gone.get(name);
  if (removedBy !== undefined) return `${name} is gone: step ${removedBy} replaced or dropped it`;
  const makes = (step: TransformStep) =>
    step.how !== "drop" &&
    step.how !== "keep" &&
    applicationsOf(step, () => "number", isMulticlass).some(
      (one) => one.keepsRead && one.makes.some((made) => made.name === name),
    );
  const maker = steps.findIndex((step, at) => at >= i && makes(step));
  if (maker === i) return `the step reads ${name}, which it makes itself`;
  if (maker > i) {
    const back = readsFrom(steps, maker, i, isMulticlass);
    return back
      ? `${name} is made by step ${maker}, which reads what this step makes: a circle`
      : `${name} is made by step ${maker}, later; put that step before this one`;
  }
  const known = columns.map((column) => column.name).join(", ");
  return `must name a column of here, got ${shownValue(name)}; there are ${known}`;
}

/** Whether a later step reads what an earlier one makes, by way of any steps. */
function readsFrom(
  steps: readonly TransformStep[],
  later: number,
  earlier: number,
  isMulticlass: boolean,
): boolean {
  const madeBy = (step: TransformStep): readonly string[] =>
    step.how === "drop" || step.how === "keep"
      ? []
      : applicationsOf(step, () => "number", isMulticlass).flatMap(({ makes }) =>
          makes.map(({ name }) => name),
        );
  const reached = new Set(madeBy(steps[earlier] as TransformStep));
  for (let at = earlier + 1; at < later; at++) {
    const step = steps[at] as TransformStep;
    if (step.columns.some((name) => reached.has(name))) {
      for (const name of madeBy(step)) reached.add(name);
    }
  }
  return (steps[later] as TransformStep).columns.some((name) => reached.has(name));
}

function kindIssues(
  step: Exclude<TransformStep, { readonly how: "drop" | "keep" }>,
  columns: readonly TransformedColumn[],
  at: string,
): readonly Issue[] {
  return step.columns.flatMap((name, c): Issue[] => {
    const kind = columns.find((column) => column.name === name)?.kind;
    const path = `${at}.columns[${c}]`;
    if (kind === "wide") {
      const message = `${name} is several columns by now, which only drop and keep can name`;
      return [{ path, message }];
    }
    const wanted = wantedKind(step, c);
    if (wanted === undefined || wanted === kind) return [];
    return [{ path, message: `${name} is a ${kind}, and the step reads a ${wanted}` }];
  });
}

function clashIssues(
  { reads, makes, keepsRead }: StepApplication,
  { columns }: Reading,
  at: string,
): readonly Issue[] {
  const others = keepsRead ? columns : columns.filter(({ name }) => !reads.includes(name));
  const path = `${at}.into`;
  return makes.flatMap(({ name }): Issue[] => {
    if (OUTPUT_NAMES.includes(name)) {
      return [{ path, message: `${name} is an output of every model; choose another name` }];
    }
    if (!others.some((other) => other.name === name)) return [];
    return [{ path, message: `${name} is a column already; choose another name` }];
  });
}
