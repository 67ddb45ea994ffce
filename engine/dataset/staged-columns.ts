import type { ContractColumn } from "../../core/dataset/contract-columns.ts";
import { datasetShape } from "../../core/dataset/dataset-shape.ts";
import { isText } from "../../core/definition/field-schema.ts";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import type { ModelInput } from "../../core/definition/model-inputs.ts";
import { hasFlags, ruleColumns } from "../../core/quality/row-checks.ts";
import { sqlName } from "../duckdb/sql.ts";
import { SQL_TYPES } from "./checked-expression.ts";
import { featureName } from "./checked-rows.ts";
import { samplingPlace, splitRule } from "./split-rule.ts";
import { labelType } from "./target-label.ts";

/** Names of the columns of staged rows beside inputs and context. */
export const STAGED_COLUMNS = {
  label: "__label",
  weight: "__weight",
  /** What tells queries apart, as it stands in the source. */
  group: "__group",
  eventTime: "__event_time",
  /** Code of the split; NULL for a broken row. */
  split: "__split",
  reason: "__reason",
  /** What a row breaks and is kept all the same; NULL where nothing. */
  flags: "__flags",
  /** Place of a row in 0..1, by which the training split is sampled. */
  place: "__place",
} as const;

/** A column of the contract as it was read and typed, for quality rules. */
export const valueColumn = (name: string): string => sqlName(`__value_${name}`);

/** A column of staged rows, and the SQL that gives it from what `checkedRows` gives. */
interface StagedColumn {
  readonly name: string;
  readonly type: string;
  readonly sql: string;
}

/** The columns of staged rows: inputs, context, then the `STAGED_COLUMNS` that the definition has. */
export function stagedColumns(
  definition: StoredDefinition,
  columns: readonly ContractColumn[],
): readonly StagedColumn[] {
  const { source, target } = definition;
  const { inputs, context, task, hasWeight } = datasetShape(definition);
  const { label, weight, group, eventTime, split, reason } = STAGED_COLUMNS;
  const column = (name: string, type: string, sql: string): StagedColumn => ({ name, type, sql });
  return [
    ...[...inputs, ...context].map((input) =>
      column(
        sqlName(input.name),
        input.kind === "category" ? "VARCHAR" : "FLOAT",
        valueSql(definition, columns, input),
      ),
    ),
    column(label, labelType(task.type), label),
    ...(hasWeight ? [column(weight, "DOUBLE", definition.weight ? weight : "1::DOUBLE")] : []),
    ...(target.group === undefined
      ? []
      : [{ name: group, ...groupColumn(definition, columns, target.group) }]),
    ...(source.eventTime === undefined
      ? []
      : [column(eventTime, "TIMESTAMP", sqlName(source.eventTime))]),
    column(
      split,
      "UTINYINT",
      `CASE WHEN ${reason} IS NULL THEN (${splitRule(definition, columns)})::UTINYINT END`,
    ),
    column(reason, "VARCHAR", reason),
    ...qualityColumns(definition, columns),
  ];
}

/** What sampling and quality rules need beside what the dataset has. */
function qualityColumns(
  definition: StoredDefinition,
  columns: readonly ContractColumn[],
): readonly StagedColumn[] {
  const { flags, place } = STAGED_COLUMNS;
  const types = new Map(columns.map(({ name, type }) => [name, type]));
  const kept = ruleColumns(definition, [...types.keys()]);
  return [
    ...(hasFlags(definition) ? [{ name: flags, type: "VARCHAR", sql: flags }] : []),
    ...(definition.sampling || definition.balance
      ? [{ name: place, type: "DOUBLE", sql: samplingPlace(definition, columns) }]
      : []),
    ...kept.map((name) => ({
      name: valueColumn(name),
      type: SQL_TYPES[types.get(name) as ContractColumn["type"]],
      sql: sqlName(name),
    })),
  ];
}

/** What tells queries apart: a field, or a row feature, which is text. */
function groupColumn(
  { rowFeatures }: StoredDefinition,
  columns: readonly ContractColumn[],
  group: string,
): Omit<StagedColumn, "name"> {
  const feature = Object.keys(rowFeatures).indexOf(group);
  if (feature >= 0) return { type: "VARCHAR", sql: featureName(feature) };
  const field = columns.find(({ name }) => name === group);
  return { type: isText(field?.type) ? "VARCHAR" : "BIGINT", sql: sqlName(group) };
}

/** Numbers become float32, as the graph sees them; what underflows must not become -0. */
function valueSql(
  { rowFeatures }: StoredDefinition,
  columns: readonly ContractColumn[],
  { name, kind, origin }: ModelInput,
): string {
  const column = sqlName(name);
  if (origin === "row-feature") return featureName(Object.keys(rowFeatures).indexOf(name));
  if (kind === "category") return column;
  const isBoolean = columns.find((field) => field.name === name)?.type === "boolean";
  const number = isBoolean ? `${column}::INTEGER::FLOAT` : `TRY_CAST(${column} AS FLOAT)`;
  return `${number} + 0::FLOAT`;
}
