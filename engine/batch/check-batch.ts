import type { DuckDBConnection } from "@duckdb/node-api";
import type { ContractColumn } from "../../core/dataset/contract-columns.ts";
import type { SourceFormat } from "../../core/definition/field-schema.ts";
import type { LoadedDefinition } from "../../core/definition/loaded-definition.ts";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import { type ModelInput, modelInputs } from "../../core/definition/model-inputs.ts";
import { servedRowFeatures } from "../../core/definition/served-features.ts";
import { DataContractError } from "../../core/errors.ts";
import { postprocessFields } from "../../core/routines/postprocess-fields.ts";
import { checkedRows, featureName } from "../dataset/checked-rows.ts";
import type { ComputedSql } from "../dataset/computed-sql.ts";
import { rawName } from "../dataset/field-rules.ts";
import { preprocessFunction } from "../dataset/preprocess-function.ts";
import { rejectedLines } from "../dataset/rejected-lines.ts";
import { rowFeatureFunctions } from "../dataset/row-feature-functions.ts";
import { openRawFile } from "../dataset/source-files.ts";
import { formatOfName } from "../dataset/source-format.ts";
import { unreadable } from "../dataset/unreadable.ts";
import { queryNumber } from "../duckdb/query.ts";
import { sqlName } from "../duckdb/sql.ts";
import type { RowAggregatesRequest } from "../features/row-aggregates.ts";
import { batchColumns } from "./batch-columns.ts";

/** Tables of the rows of one file. A row's `rowid` is its place in the file, from 0. */
export const CHECKED = {
  /** `__in_<i>`: the model's inputs; `__field_<i>`: what `postprocess` sees; `__id`; `__raw_<column>` of broken rows; `__reason`, NULL if none. */
  rows: "checked",
  /** `__line` and `__reason` of lines that are no rows; without any where the format has no such. */
  lines: "broken_lines",
} as const;

export const inputName = (i: number) => sqlName(`__in_${i}`);
/** Of the field that the routine `postprocess` sees at a place. */
export const fieldName = (i: number) => sqlName(`__field_${i}`);

/** Fields that the routine `postprocess` sees; none where there is no such routine. */
export const postprocessColumns = (definition: StoredDefinition): readonly string[] =>
  definition.routines?.includes("postprocess") ? postprocessFields(definition) : [];

export interface CheckedFile {
  readonly columns: readonly ContractColumn[];
  /** Rows, and lines that are none. */
  readonly rows: number;
  readonly rejected: number;
  /** SQL that reads the needed columns as they stand in the file a second time, in the same order. */
  readonly read: string;
}

/**
 * Reads, checks and completes every row of a file, once, into tables. They lie in DuckDB's memory as
 * far as its limit allows, and on disk beyond.
 *
 * @throws {DataContractError} if the file has another format, is unreadable, or lacks a column.
 */
export async function checkBatchFile(
  connection: DuckDBConnection,
  request: {
    readonly file: string;
    readonly path: string;
    readonly loaded: LoadedDefinition;
    /** Gives the aggregates that a prediction needs, for the rows of the file. @default none */
    readonly aggregates?: (
      rows: Pick<RowAggregatesRequest, "sources" | "columns">,
    ) => Promise<readonly ComputedSql[]>;
  },
): Promise<CheckedFile> {
  const { file, path, loaded, aggregates = async () => [] } = request;
  const { definition } = loaded;
  const columns = batchColumns(definition);
  const what = `input file ${file}`;
  const rejects = "millrace_rejects";
  const source = await openRawFile(connection, {
    what,
    path,
    name: file,
    format: formatOf(file),
    // a batch's csv is written as the source that the model was trained on
    csv: definition.source.csv,
    columns,
    rejects,
  });
  const rowFeatures = servedRowFeatures(definition.rowFeatures);
  const served = { ...loaded, definition: { ...definition, rowFeatures } };
  const checks = {
    columns,
    aggregates: await aggregates({ sources: [source], columns }),
    features: rowFeatureFunctions(connection, served),
    preprocess: preprocessFunction(connection, loaded),
  };
  const names = Object.keys(rowFeatures);
  const id = definition.source.id;
  const selected = [
    ...modelInputs(definition).map(
      (input, i) => `${inputSql(input, { names, columns })} AS ${inputName(i)}`,
    ),
    ...postprocessColumns(definition).map((field, i) => {
      const isWhole = definition.fields[field]?.type === "integer";
      return `${sqlName(field)}${isWhole ? "::DOUBLE" : ""} AS ${fieldName(i)}`;
    }),
    ...(id === undefined ? [] : [`${sqlName(id)} AS __id`]),
    ...columns.map(({ name }) => {
      const raw = rawName(name);
      return `CASE WHEN __reason IS NOT NULL THEN ${raw} END AS ${raw}`;
    }),
    "__reason",
  ];
  const rows = checkedRows(source.query, source.types, checks);
  try {
    await connection.run(
      `CREATE TABLE ${CHECKED.rows} AS SELECT ${selected.join(", ")} FROM (${rows})`,
    );
  } catch (cause) {
    throw unreadable(what, cause);
  }
  const lines =
    source.rejects === undefined
      ? "SELECT NULL::VARCHAR AS __line, NULL::VARCHAR AS __reason WHERE false"
      : rejectedLines(source.rejects);
  await connection.run(`CREATE TABLE ${CHECKED.lines} AS ${lines}`);
  const count = (sql: string) => queryNumber(connection, sql);
  const brokenLines = await count(`SELECT count(*) FROM ${CHECKED.lines}`);
  return {
    columns,
    read: source.queryAgain,
    rows: (await count(`SELECT count(*) FROM ${CHECKED.rows}`)) + brokenLines,
    rejected: (await count(`SELECT count(__reason) FROM ${CHECKED.rows}`)) + brokenLines,
  };
}

function formatOf(file: string): SourceFormat {
  const format = formatOfName(file);
  if (format !== undefined) return format;
  throw new DataContractError(
    `input file ${file} is none of .parquet, .csv and .jsonl (the two also .gz or .zst); store its rows as one of these`,
  );
}

/** What the graph reads, as `scoringColumns` of core gives it: NaN and "" for missing. */
function inputSql(
  { name, kind, origin }: ModelInput,
  {
    names,
    columns,
  }: { readonly names: readonly string[]; readonly columns: readonly ContractColumn[] },
): string {
  const column = origin === "row-feature" ? featureName(names.indexOf(name)) : sqlName(name);
  if (kind === "category") return `coalesce(${column}, '')`;
  const isBoolean = columns.some((field) => field.name === name && field.type === "boolean");
  const number = isBoolean ? `${column}::INTEGER` : column;
  return `coalesce(TRY_CAST(${number} AS FLOAT) + 0::FLOAT, 'NaN'::FLOAT)`;
}
