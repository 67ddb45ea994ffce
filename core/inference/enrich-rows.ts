import type { AggregateColumn } from "../definition/aggregate-columns.ts";
import type { Row } from "../definition/model-definition.ts";
import { InvalidInputError, UnavailableError } from "../errors.ts";
import type { FeatureAnswer, FeatureRequest } from "../features/feature-store.ts";
import { type FeatureReading, fetchFeatures } from "./fetch-features.ts";

/** A feature that could not be had for some rows of a request, for one reason. */
export interface Fallback {
  readonly feature: string;
  readonly reason: string;
  /** What was used in its place; null is missing. */
  readonly used: number | string | null;
  /** Places of the rows in the request, ascending. */
  readonly rows: readonly number[];
}

/** Names of the features, each once. */
export const fallenBack = (fallbacks: readonly Fallback[]): readonly string[] => [
  ...new Set(fallbacks.map(({ feature }) => feature)),
];

/** Rows with every aggregate that the version needs. */
export interface EnrichedRows {
  readonly rows: readonly Row[];
  readonly fallbacks: readonly Fallback[];
  /** Why the store gave nothing at all, where it gave nothing. */
  readonly error?: unknown;
  /** Why the request cannot be answered, where a feature that failed has the fallback `refuse`. */
  readonly refusal?: UnavailableError | InvalidInputError;
}

export interface EnrichRequest {
  readonly rows: readonly Row[];
  readonly columns: readonly AggregateColumn[];
  /** Field of the row that says when it happened. */
  readonly eventTime: string | undefined;
  readonly nowMs: number;
  readonly reading: FeatureReading | undefined;
}

/** A column's place in the rows, and the request of each row's value, where there is one. */
interface Asked {
  readonly column: AggregateColumn;
  /** Of the requests; `CARRIED` or `KEYLESS` where there is none. Shape [n]. */
  readonly places: Int32Array;
}

/** The row has its value from the request. */
const CARRIED = -1;
/** The row lacks a value of its entity. */
const KEYLESS = -2;

/**
 * Adds the values of aggregates to rows: those of all rows by one read of the store, each entity and
 * time once. A row's time is its event time, though never later than now: of the future nothing is known.
 * A refusal is given back, not thrown, so that what failed can be counted before.
 */
export async function enrichRows(request: EnrichRequest): Promise<EnrichedRows> {
  const { rows, columns, reading } = request;
  const requests: FeatureRequest[] = [];
  const asked = columns.map((column) => ask(request, column, requests));
  const { answers, error } =
    requests.length === 0 ? { answers: [] } : await fetchFeatures(reading, requests);
  const enriched = rows.map((row): Record<string, Row[string]> => ({ ...row }));
  const filled = asked.map((one) => fill(enriched, one, answers));
  const refusal = asked.map(({ column }, i) => refusalOf(column, filled[i]?.[0])).find(Boolean);
  return {
    rows: enriched,
    fallbacks: filled.flat(),
    ...(error !== undefined && { error }),
    ...(refusal && { refusal }),
  };
}

/** Adds what has to be read for a column to the requests. */
function ask(
  { rows, eventTime, nowMs }: EnrichRequest,
  column: AggregateColumn,
  requests: FeatureRequest[],
): Asked {
  const { name, key: fields, stream, featureName } = column;
  const known = new Map<string, number>();
  const places = Int32Array.from(rows, (row) => {
    if (hasValue(row[name])) return CARRIED;
    const key = fields.map((field) => row[field]).filter(hasValue);
    if (key.length < fields.length) return KEYLESS;
    const time = eventTime === undefined ? null : row[eventTime];
    const atMs = typeof time === "number" ? Math.min(time, nowMs) : nowMs;
    const id = JSON.stringify([atMs, ...key]);
    const place = known.get(id) ?? requests.length;
    if (place === requests.length) requests.push({ stream, featureName, key, atMs });
    known.set(id, place);
    return place;
  });
  return { column, places };
}

/** Empty text is missing everywhere: the model sees it so. */
const hasValue = (value: Row[string] | undefined): value is number | string | boolean =>
  value !== null && value !== undefined && value !== "";

/** Writes a column's values into the rows. @returns what was used in place of values, a reason each */
function fill(
  rows: readonly Record<string, Row[string]>[],
  { column, places }: Asked,
  answers: readonly FeatureAnswer[],
): readonly Fallback[] {
  const { name, fallback } = column;
  const used = fallback.use === "default" ? fallback.value : null;
  const failed = new Map<string, number[]>();
  for (const [i, row] of rows.entries()) {
    const place = places[i] as number;
    if (place === CARRIED) continue;
    const { value, problem } = place === KEYLESS ? keyless(column) : read(column, answers[place]);
    row[name] = problem === undefined ? value : used;
    if (problem === undefined) continue;
    const others = failed.get(problem);
    if (others === undefined) failed.set(problem, [i]);
    else others.push(i);
  }
  return [...failed].map(([reason, places]) => ({ feature: name, reason, used, rows: places }));
}

interface Read {
  readonly value: number | string | null;
  readonly problem?: string;
}

const failedRead = (problem: string): Read => ({ value: null, problem });

const NO_KEY = "the request has no";

const keyless = ({ key }: AggregateColumn): Read => failedRead(`${NO_KEY} ${key.join(" or no ")}`);

/** The value that an answer holds, or why it is none of the column. */
function read({ kind }: AggregateColumn, answer: FeatureAnswer | undefined): Read {
  if (answer === undefined) return failedRead("the feature store left it out");
  if ("unavailable" in answer) return failedRead(answer.unavailable);
  const { value } = answer;
  if (value === null) return { value };
  if (typeof value !== (kind === "number" ? "number" : "string")) {
    return failedRead(`the feature store holds a ${typeof value}, not a ${kind}`);
  }
  const isBeyond = kind === "number" && !Number.isFinite(Math.fround(value as number));
  return isBeyond ? failedRead("its value is beyond what a 32-bit float holds") : { value };
}

/** What a caller is told where a feature must not fail: what to add, or to come again. */
function refusalOf({ name, fallback }: AggregateColumn, failed: Fallback | undefined) {
  if (failed === undefined || fallback.use !== "refuse") return undefined;
  const message = `feature ${name} cannot be had: ${failed.reason}`;
  if (!failed.reason.startsWith(NO_KEY)) return new UnavailableError(message, { isPublic: true });
  const path = `instances[${failed.rows[0]}]`;
  return new InvalidInputError(`request is wrong: ${path}: ${message}`, {
    issues: [{ path, message }],
  });
}
