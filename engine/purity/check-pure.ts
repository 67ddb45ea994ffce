import { featureOrder } from "../../core/definition/feature-order.ts";
import type { CheckedDefinition, Row } from "../../core/definition/model-definition.ts";
import { parseDefinition } from "../../core/definition/parse-definition.ts";
import { requestFields } from "../../core/inference/request-fields.ts";
import { shownValue } from "../../core/shown-value.ts";
import { drawnRows } from "./drawn-rows.ts";
import { inMovedWorld } from "./moved-world.ts";

/** A row feature that gives another value to the same row, or changes the row. */
export interface PurityFinding {
  readonly feature: string;
  /** What the row feature saw. */
  readonly row: Row;
  readonly difference: string;
}

export interface PurityOptions {
  /** Rows of fields and aggregates that are tried beside the drawn ones. @default none */
  readonly rows?: readonly Row[];
  /** Rows that are drawn from the rules of the fields. @default 200 */
  readonly drawn?: number;
  /** Routines of the model that take a row alone: what `defineRoutines` gave. @default none */
  readonly routines?: {
    readonly preprocess?: ((row: never) => object) | undefined;
    readonly fallback?: ((row: never) => object) | undefined;
  };
}

type Run = (row: Row) => unknown;

/** What was seen of one row: the value, or the text of what was thrown. */
type Outcome = Readonly<{ value: unknown } | { threw: string }>;

/**
 * Runs every row feature of a definition on given rows and on rows drawn from the rules of its fields:
 * twice, in the opposite order, with a frozen row, and in another year, time zone and chance. A pure
 * one gives the same every time and leaves its row alone. Routines are run the same way, on the fields.
 * One finding a row feature or routine at most.
 *
 * @param definition what `defineModel` gave
 * @throws {InvalidInputError} if the definition is wrong.
 */
export function checkPure(
  definition: unknown,
  { rows = [], drawn = 200, routines = {} }: PurityOptions = {},
): readonly PurityFinding[] {
  const checked = parseDefinition(definition);
  const { rowFeatures } = checked;
  let filled: readonly Row[] = [...rows, ...drawnRows(checked, drawn)];
  const carried = requestFields(checked).map(({ name }) => name);
  const given = filled.map((row) => seenOf(row, carried));
  const ofFeatures = featureOrder(rowFeatures).order.flatMap(
    (feature): readonly PurityFinding[] => {
      const { from, compute } = rowFeatures[feature] as CheckedDefinition["rowFeatures"][string];
      const run = compute as Run;
      const seen = filled.map((row) => seenOf(row, from));
      const first = seen.map((row) => outcomeOf(run, { ...row }));
      filled = filled.map((row, i) => ({ ...row, [feature]: valueIn(first[i]) }));
      return findingOf({ feature, run, seen, first });
    },
  );
  return [
    ...ofFeatures,
    ...routineFindings("preprocess", routines.preprocess, given),
    ...routineFindings("fallback", routines.fallback, given),
  ];
}

function routineFindings(
  feature: string,
  routine: ((row: never) => object) | undefined,
  seen: readonly Row[],
): readonly PurityFinding[] {
  if (routine === undefined) return [];
  // as text, so that equal objects are equal
  const run: Run = (row) => JSON.stringify(routine(row as never));
  const first = seen.map((row) => outcomeOf(run, { ...row }));
  return findingOf({ feature, run, seen, first });
}

/** @throws {Error} that names every finding, so that a test fails by it. */
export function expectPure(definition: unknown, options: PurityOptions = {}): void {
  const findings = checkPure(definition, options);
  if (findings.length === 0) return;
  const lines = findings.map(
    ({ feature, row, difference }) => `${feature} on ${JSON.stringify(row)}: ${difference}`,
  );
  throw new Error(`row features are not pure:\n${lines.join("\n")}`);
}

const seenOf = (row: Row, from: readonly string[]): Row =>
  Object.fromEntries(from.map((name) => [name, row[name] ?? null]));

function outcomeOf(run: Run, row: Row): Outcome {
  try {
    return { value: run(row) };
  } catch (error) {
    return { threw: String(error) };
  }
}

/** As another row feature would read it. */
const valueIn = (outcome: Outcome | undefined): Row[string] =>
  outcome !== undefined && "value" in outcome ? ((outcome.value ?? null) as Row[string]) : null;

interface Tried {
  readonly feature: string;
  readonly run: Run;
  readonly seen: readonly Row[];
  readonly first: readonly Outcome[];
}

function findingOf({ feature, run, seen, first }: Tried): readonly PurityFinding[] {
  for (const [row, differences] of trials({ run, seen })) {
    const found = differences(first[row] as Outcome);
    if (found !== undefined) return [{ feature, row: seen[row] as Row, difference: found }];
  }
  return [];
}

type Trial = readonly [row: number, differs: (first: Outcome) => string | undefined];

/** Every further run of a row feature, one after the other. */
function* trials({ run, seen }: Pick<Tried, "run" | "seen">): Generator<Trial> {
  for (const [i, row] of seen.entries()) {
    const own = { ...row };
    const again = outcomeOf(run, own);
    yield [i, (first) => changeOf(row, own) ?? differenceOf(first, again, "the second time")];
  }
  for (let i = seen.length - 1; i >= 0; i -= 1) {
    const again = outcomeOf(run, { ...seen[i] });
    yield [i, (first) => differenceOf(first, again, "in another order of rows")];
  }
  for (const [i, row] of seen.entries()) {
    const frozen = outcomeOf(run, Object.freeze({ ...row }));
    yield [i, (first) => differenceOf(first, frozen, "on a frozen row")];
    const moved = inMovedWorld(() => outcomeOf(run, { ...row }));
    yield [i, (first) => differenceOf(first, moved, "in another year, time zone and chance")];
  }
}

/** How a row was changed, if it was. */
function changeOf(before: Row, after: Row): string | undefined {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...names].find((name) => !Object.is(before[name], after[name]));
  if (changed === undefined) return undefined;
  return `it changes its row: ${changed} was ${shownValue(before[changed])}, is ${shownValue(after[changed])}`;
}

function differenceOf(first: Outcome, other: Outcome, when: string): string | undefined {
  const [one, two] = [first, other].map(inWords);
  return one === two ? undefined : `it gives ${one}, and ${when} ${two}`;
}

const inWords = (outcome: Outcome): string =>
  "threw" in outcome ? `the error ${outcome.threw}` : shownValue(outcome.value);
