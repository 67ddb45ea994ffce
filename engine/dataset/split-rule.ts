import type { ContractColumn } from "../../core/dataset/contract-columns.ts";
import { SPLIT_NAMES } from "../../core/dataset/manifest.ts";
import { durationMs } from "../../core/definition/duration.ts";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import { InvalidInputError } from "../../core/errors.ts";
import { sqlName, sqlText } from "../duckdb/sql.ts";
import { featureName } from "./checked-rows.ts";

/** Code of rows that belong to no split; the splits have their places in `SPLIT_NAMES`. */
const OUTSIDE = SPLIT_NAMES.length;

/**
 * SQL of the split of a row, as a code, over its typed columns.
 *
 * By hash and by group, the place of a row in 0..1 is made of its key's text: the first 13 hexadecimal
 * digits (52 bits) of the MD5 of its UTF-8 bytes, divided by 2^52. Places below `train` train, those in
 * the next `validation` validate, the others test: nothing but the text decides, on any machine, and
 * new rows leave old ones where they are. The key is the group's column or row feature, or the id, or
 * every column but those that are read for weights and context only.
 *
 * By time, a gap keeps the rows right before the validation and the test split out of every split: what
 * was known when they happened may tell of what came next.
 *
 * @throws {InvalidInputError} if the split is by time and the rows have none.
 */
export function splitRule(
  { split, source, rowFeatures }: Pick<StoredDefinition, "split" | "source" | "rowFeatures">,
  columns: readonly ContractColumn[],
): string {
  if (split.by === "time") {
    const at = sqlName(eventTimeOf(source));
    const from = (instant: string, code: number) =>
      `WHEN ${at} >= ${timestamp(instant)} THEN ${code}`;
    const gapMs = durationMs(split.gap ?? "0ms");
    const gapBefore = (instant: string) =>
      gapMs === 0 ? [] : [from(new Date(Date.parse(instant) - gapMs).toISOString(), OUTSIDE)];
    // The latest first: a row is where the first of them that it is not before says.
    const cases = [
      ...(split.until === undefined ? [] : [from(split.until, OUTSIDE)]),
      from(split.testFrom, 2),
      ...gapBefore(split.testFrom),
      from(split.validationFrom, 1),
      ...gapBefore(split.validationFrom),
    ];
    return `CASE ${cases.join(" ")} ELSE 0 END`;
  }
  const one = split.by === "group" ? split.column : source.id;
  const place = placeOf(rowKey({ source, rowFeatures }, columns, one));
  const { train, validation, test } = split.shares;
  // Shares add up to 1 but for rounding: a test share of 0 must not get the last row.
  const trainAndValidation = test === 0 ? 1 : train + validation;
  return `CASE WHEN ${place} < ${train}::DOUBLE THEN 0 WHEN ${place} < ${trainAndValidation}::DOUBLE THEN 1 ELSE 2 END`;
}

/**
 * SQL of the place of a row in 0..1 by which the training split is sampled, made as in `splitRule` of
 * `sampling:<seed>:` and the key: the id, or every column; of a ranking the query, which is kept or left
 * whole.
 */
export function samplingPlace(
  definition: Pick<StoredDefinition, "source" | "rowFeatures" | "sampling" | "target">,
  columns: readonly ContractColumn[],
): string {
  const { source, sampling, target } = definition;
  const seed = sampling?.seed ?? 1;
  const key = rowKey(definition, columns, target.group ?? source.id);
  return placeOf(`${sqlText(`sampling:${seed}:`)} || ${key}`);
}

const placeOf = (key: string) => `('0x' || md5(${key})[:13])::UBIGINT / ${2 ** 52}::DOUBLE`;

/** Text of one column or row feature, or of every column that is read for the model. */
function rowKey(
  { source, rowFeatures }: Pick<StoredDefinition, "source" | "rowFeatures">,
  columns: readonly ContractColumn[],
  one: string | undefined,
): string {
  const feature = one === undefined ? -1 : Object.keys(rowFeatures).indexOf(one);
  if (feature >= 0) return featureName(feature);
  const isKey = ({ name, role }: ContractColumn) =>
    one === undefined ? role !== "ignored" || name === source.eventTime : name === one;
  return keyText(columns.filter(isKey));
}

/**
 * Whether the rows of a query may lie in several splits by the rule alone. The query then belongs,
 * with all its rows, to the split of its first row: the one with the least code.
 */
export const gathersQueries = ({
  split,
  target,
}: Pick<StoredDefinition, "split" | "target">): boolean =>
  target.type === "ranking" && split.by === "time";

function eventTimeOf({ eventTime }: StoredDefinition["source"]): string {
  if (eventTime !== undefined) return eventTime;
  throw new InvalidInputError("split by time needs source.eventTime");
}

const timestamp = (instant: string) =>
  `TIMESTAMP ${sqlText(new Date(instant).toISOString().slice(0, -1))}`;

/**
 * Text of some columns: the value itself for one, else `name=value` lines. Missing is U+0000, numbers
 * have the fewest digits that tell them apart, times are microseconds since 1970.
 */
function keyText(columns: readonly ContractColumn[]): string {
  const text = ({ name, type }: ContractColumn) =>
    type === "timestamp" ? `epoch_us(${sqlName(name)})::VARCHAR` : `${sqlName(name)}::VARCHAR`;
  const [first] = columns;
  if (first !== undefined && columns.length === 1) return text(first);
  const lines = columns.map(
    (column) => `${sqlText(`${column.name}=`)} || coalesce(${text(column)}, chr(0))`,
  );
  return lines.join(" || chr(10) || ");
}
