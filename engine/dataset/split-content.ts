import type { DuckDBConnection } from "@duckdb/node-api";
import type { CategoryProfile } from "../../core/dataset/baseline.ts";
import { categoryProfile } from "../../core/dataset/dataset-baseline.ts";
import { DATASET_COLUMNS, type DatasetShape } from "../../core/dataset/dataset-shape.ts";
import { type LabelFacts, labelObserver, squareObserver } from "../../core/dataset/label-facts.ts";
import { type LabelSummary, summariseLabels } from "../../core/dataset/label-summary.ts";
import type { Labels } from "../../core/training/training-frame.ts";
import type { ColumnSql } from "./column-sql.ts";
import { type ContentHash, contentHash } from "./content-sha256.ts";
import { eachChunk } from "./read-columns.ts";
import { STAGED_COLUMNS } from "./staged-columns.ts";

/** What a split holds, as far as its manifest, its baseline and its checks ask. */
export interface SplitContent {
  readonly sha256: string;
  readonly labels: LabelFacts;
  readonly labelSummary: LabelSummary;
  /** Of every category among inputs and context, by name. */
  readonly categories: ReadonlyMap<string, CategoryProfile>;
}

interface SplitTable {
  readonly table: string;
  readonly rows: number;
  readonly shape: DatasetShape;
  /** Inputs, then context. */
  readonly columns: readonly ColumnSql[];
}

/**
 * Reads a sorted split column by column, each as a stream of small chunks: what is held is a chunk and
 * the counts of one column's strings, however many rows there are.
 */
export async function splitContent(
  connection: DuckDBConnection,
  split: SplitTable,
): Promise<SplitContent> {
  const { table, rows, shape, columns } = split;
  const hash = contentHash(rows);
  const categories = new Map<string, CategoryProfile>();
  const addColumns = async (some: readonly ColumnSql[], what?: { readonly context: true }) => {
    for (const column of some) {
      const { name, kind, dictionary } = column;
      hash.column({ ...what, name, kind, dictionary });
      const counts = await addColumn(connection, { table, column, hash });
      if (dictionary)
        categories.set(name, categoryProfile(dictionary, counts.subarray(1), counts[0] ?? 0));
    }
  };
  const addNumbers = (sql: string) =>
    eachChunk(connection, `SELECT ${sql} FROM ${table}`, ([numbers]) => addTo(hash, numbers));

  await addColumns(columns.slice(0, shape.inputs.length));
  const labels = await addLabels(connection, split, hash);
  if (shape.hasTime) await addNumbers(`epoch_us(${DATASET_COLUMNS.eventTime})`);
  if (shape.hasWeight) {
    hash.weights();
    await addNumbers(DATASET_COLUMNS.weight);
  }
  if (shape.task.type === "ranking") await addGroups(connection, split, { hash, labels });
  await addColumns(columns.slice(shape.inputs.length), { context: true });
  const labelSummary = await summarised(connection, split, labels);
  return { sha256: hash.digest(), labels, labelSummary, categories };
}

const addTo = (hash: ContentHash, numbers: ArrayBufferView | undefined) => {
  if (numbers) hash.values(numbers);
};

/** @returns of a category, rows by code + 1: those without a string first */
async function addColumn(
  connection: DuckDBConnection,
  request: { readonly table: string; readonly column: ColumnSql; readonly hash: ContentHash },
): Promise<Float64Array> {
  const { table, column, hash } = request;
  const counts = new Float64Array((column.dictionary?.length ?? 0) + 1);
  await eachChunk(connection, `SELECT ${column.sql} FROM ${table}`, ([numbers]) => {
    addTo(hash, numbers);
    if (!(numbers instanceof Int32Array)) return;
    for (const code of numbers) counts[code + 1] = (counts[code + 1] as number) + 1;
  });
  return counts;
}

async function addLabels(
  connection: DuckDBConnection,
  { table, shape }: SplitTable,
  hash: ContentHash,
): Promise<LabelFacts> {
  const observer = labelObserver(shape.task);
  const { weight, query } = DATASET_COLUMNS;
  const behind = [
    ...(shape.hasWeight ? [weight] : []),
    ...(shape.task.type === "ranking" ? [query] : []),
  ];
  const selected = [STAGED_COLUMNS.label, ...behind].join(", ");
  await eachChunk(connection, `SELECT ${selected} FROM ${table}`, ([labels, ...others]) => {
    addTo(hash, labels);
    observer.add({
      labels: labels as Labels,
      weights: others.find((column) => column instanceof Float64Array),
      queries: others.find((column) => column instanceof Uint32Array),
    });
  });
  return observer.facts();
}

/** Where the queries begin, and where the last one ends. */
async function addGroups(
  connection: DuckDBConnection,
  { table, rows }: SplitTable,
  { hash, labels }: { readonly hash: ContentHash; readonly labels: LabelFacts },
): Promise<void> {
  hash.groups(labels.queries);
  let row = 0;
  let current: number | undefined;
  await eachChunk(connection, `SELECT ${DATASET_COLUMNS.query} FROM ${table}`, ([queries]) => {
    const starts: number[] = [];
    for (const query of queries as Uint32Array) {
      if (query !== current) starts.push(row);
      current = query;
      row++;
    }
    hash.values(Uint32Array.from(starts));
  });
  hash.values(Uint32Array.of(rows));
}

async function summarised(
  connection: DuckDBConnection,
  { table, shape: { task } }: SplitTable,
  labels: LabelFacts,
): Promise<LabelSummary> {
  const observer = squareObserver(labels.mean);
  if (task.type === "regression") {
    const query = `SELECT ${STAGED_COLUMNS.label} FROM ${table}`;
    await eachChunk(connection, query, ([chunk]) => observer.add(chunk as Labels));
  }
  return summariseLabels(task, labels, observer.squares());
}
