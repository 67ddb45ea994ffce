import type { DuckDBConnection } from "@duckdb/node-api";
import type { CsvOptions, SourceFormat } from "../../core/definition/field-schema.ts";
import { DataContractError } from "../../core/errors.ts";
import { queryRows } from "../duckdb/query.ts";
import { columnFacts } from "./column-facts.ts";
import { loneScore } from "./lone-scores.ts";
import { readSample, SAMPLE } from "./read-sample.ts";
import { type SuggestedSplit, suggestSplit } from "./suggest-split.ts";
import { type SuggestedTarget, suggestTargets } from "./suggest-target.ts";
import { type TypedColumn, typedColumns, type UnusedColumn } from "./typed-column.ts";

/** A column whose values, alone, say nearly everything of the target. */
export interface SuspectedLeak {
  readonly name: string;
  /** ROC-AUC, accuracy or R², by the target's type. */
  readonly score: number;
}

/** What a sample of a file makes of a model. */
export interface SuggestedModel {
  readonly format: SourceFormat;
  readonly csv?: CsvOptions;
  readonly rows: number;
  readonly sampled: number;
  readonly columns: readonly TypedColumn[];
  readonly unused: readonly UnusedColumn[];
  readonly target: SuggestedTarget;
  /** Other columns that may be the target, the likeliest first. */
  readonly otherTargets: readonly string[];
  readonly id?: string;
  readonly eventTime?: string;
  readonly split: SuggestedSplit;
  readonly leaks: readonly SuspectedLeak[];
  /** Columns that by their name, or by their times, may be known only after the event. */
  readonly knownLater: readonly string[];
  /** Texts of a row that has most values, by column. */
  readonly example: Readonly<Record<string, string | readonly string[]>>;
}

/** From this score on a column is taken for a leak. */
const LEAK = 0.98;
const TIME_NAME = /(^|_)(created|date|time|at|timestamp|day|issued?|opened|when|start(ed)?)($|_)/i;
const LATER_NAME =
  /(^|_)(paid|payments?|recover(y|ies)|settled?|closed|end(ed)?|refund(ed)?|chargeback|outcome|result|resolved|resolution|actual|final|returned|cancell?(ed|ation)|reason|updated)($|_)/i;

/**
 * Looks at a file and suggests a model of it.
 *
 * @throws {DataContractError} if the file cannot be read, or no column may be a target or an input.
 */
export async function suggestModel(
  connection: DuckDBConnection,
  file: { readonly path: string; readonly format: SourceFormat },
): Promise<SuggestedModel> {
  const sample = await readSample(connection, file);
  if (sample.sampled === 0) throw new DataContractError(`file ${file.path} has no rows`);
  const { columns, unused } = typedColumns(await columnFacts(connection, sample));
  const targets = suggestTargets(columns);
  const [target] = targets;
  if (target === undefined || columns.length < 2) {
    const others = unused.map(({ name, why }) => `${name}: ${why}`);
    throw new DataContractError(
      `file ${file.path} has no column that could be predicted from another one; its columns are ${columns.map(({ name }) => name).join(", ") || "not usable"}${others.length === 0 ? "" : ` (${others.join("; ")})`}`,
    );
  }
  const time = eventTimeOf(columns);
  const id = columns.find(({ isId }) => isId);
  const split = await suggestSplit(connection, target, time);
  const { csv, rows, sampled, format } = sample;
  return {
    format,
    ...(csv === undefined ? {} : { csv }),
    rows,
    sampled,
    columns,
    unused,
    target,
    otherTargets: targets.slice(1, 4).map(({ column }) => column.name),
    ...(id === undefined ? {} : { id: id.name }),
    ...(time === undefined ? {} : { eventTime: time.name }),
    split,
    leaks: await leaksOf(connection, target, columns),
    knownLater: await knownLater(connection, columns, { target, time }),
    example: await exampleOf(connection, columns),
  };
}

/** A time that every row has, by its name if there are several. */
function eventTimeOf(columns: readonly TypedColumn[]): TypedColumn | undefined {
  const times = columns.filter(
    ({ type, facts }) => type === "timestamp" && facts.missing === 0 && facts.distinct > 1,
  );
  return times.find(({ name }) => TIME_NAME.test(name)) ?? times[0];
}

async function leaksOf(
  connection: DuckDBConnection,
  target: SuggestedTarget,
  columns: readonly TypedColumn[],
): Promise<readonly SuspectedLeak[]> {
  const leaks: SuspectedLeak[] = [];
  for (const column of columns) {
    const isInput = column !== target.column && column.type !== "timestamp" && !column.isId;
    const score = isInput ? await loneScore(connection, target, column) : undefined;
    if (score !== undefined && score >= LEAK) leaks.push({ name: column.name, score });
  }
  return leaks;
}

/** By name; and times that lie behind the event's in most rows. */
async function knownLater(
  connection: DuckDBConnection,
  columns: readonly TypedColumn[],
  { target, time }: { readonly target: SuggestedTarget; readonly time: TypedColumn | undefined },
): Promise<readonly string[]> {
  const later: string[] = [];
  for (const column of columns) {
    if (column === target.column || column === time) continue;
    const isLater =
      LATER_NAME.test(column.name) ||
      (column.type === "timestamp" &&
        time !== undefined &&
        (await isMostlyAfter(connection, column, time)));
    if (isLater) later.push(column.name);
  }
  return later;
}

async function isMostlyAfter(
  connection: DuckDBConnection,
  column: TypedColumn,
  time: TypedColumn,
): Promise<boolean> {
  const at = ({ facts }: TypedColumn) => `TRY_CAST(c${facts.index} AS TIMESTAMPTZ)`;
  const [row = []] = await queryRows(
    connection,
    `SELECT avg((${at(column)} > ${at(time)})::INTEGER) > 0.5 FROM ${SAMPLE}`,
  );
  return row[0] === true;
}

async function exampleOf(
  connection: DuckDBConnection,
  columns: readonly TypedColumn[],
): Promise<SuggestedModel["example"]> {
  const texts = columns.map(({ type, facts: { index } }) => {
    if (type === "timestamp") {
      return `strftime(TRY_CAST(c${index} AS TIMESTAMPTZ) AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%SZ')`;
    }
    return type === "tags" ? `TRY_CAST(raw${index} AS VARCHAR[])` : `c${index}`;
  });
  const missing = columns.map(({ facts }) => `(c${facts.index} IS NULL)::INTEGER`).join(" + ");
  const [row = []] = await queryRows(
    connection,
    `SELECT ${texts.join(", ")} FROM ${SAMPLE} ORDER BY ${missing}, rowid LIMIT 1`,
  );
  const given = columns.flatMap(({ name }, i) => {
    const value = row[i] as string | readonly string[] | null;
    return value === null ? [] : [[name, value] as const];
  });
  return Object.fromEntries(given);
}
