import type { DuckDBConnection } from "@duckdb/node-api";
import type { CategoryProfile } from "../../core/dataset/baseline.ts";
import { categoryProfile } from "../../core/dataset/dataset-baseline.ts";
import {
  DATASET_COLUMNS,
  type DatasetShape,
  datasetShape,
} from "../../core/dataset/dataset-shape.ts";
import { type LabelFacts, labelObserver, squareObserver } from "../../core/dataset/label-facts.ts";
import { type LabelSummary, summariseLabels } from "../../core/dataset/label-summary.ts";
import { numberObserver } from "../../core/dataset/number-observer.ts";
import { type NumberSketch, numberStatistics } from "../../core/dataset/number-sketch.ts";
import { type ColumnStatistics, categoryStatistics } from "../../core/dataset/statistics.ts";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import type { Labels } from "../../core/training/training-frame.ts";
import type { ColumnSql } from "./column-sql.ts";
import { type ContentHash, contentHash } from "./content-sha256.ts";
import { eachTableChunk } from "./read-columns.ts";
import type { SortedSplit } from "./sort-split.ts";
import { STAGED_COLUMNS } from "./staged-columns.ts";

/** What a split holds, as far as its manifest, its baseline and its checks ask. */
export interface SplitContent {
  readonly sha256: string;
  readonly labels: LabelFacts;
  readonly labelSummary: LabelSummary;
  /** Of every category among inputs and context, by name. */
  readonly categories: ReadonlyMap<string, CategoryProfile>;
  /** Of inputs, context and the label, by name. */
  readonly statistics: Readonly<Record<string, ColumnStatistics>>;
}

type SplitTable = SortedSplit & { readonly shape: DatasetShape };

/**
 * Reads a sorted split column by column, a million rows at a time: what is held is two such pieces and the
 * counts of one column's strings, however many rows there are.
 */
export async function splitContent(
  connection: DuckDBConnection,
  {
    definition,
    sketches = {},
    ...sorted
  }: SortedSplit & {
    readonly definition: StoredDefinition;
    /** Of numbers that were sketched before, by name; used where they are of as many rows. */
    readonly sketches?: Readonly<Record<string, NumberSketch>> | undefined;
  },
): Promise<SplitContent> {
  const shape = datasetShape(definition);
  const split: SplitTable = { ...sorted, shape };
  const { table, rows, columns } = split;
  const hash = contentHash(rows);
  const categories = new Map<string, CategoryProfile>();
  const statistics: Record<string, ColumnStatistics> = {};
  const sketched = (name: string) => {
    const sketch = sketches[name];
    return sketch?.rows === rows ? numberStatistics(sketch) : undefined;
  };
  const addColumns = async (some: readonly ColumnSql[], what?: { readonly context: true }) => {
    for (const column of some) {
      const { name, kind, dictionary } = column;
      hash.column({ ...what, name, kind, dictionary });
      if (dictionary === undefined) {
        const known = sketched(name);
        statistics[name] = await addNumbersOf(connection, { table, column, hash, known });
        continue;
      }
      const profile = await addCategory(connection, { table, column, hash });
      categories.set(name, profile);
      statistics[name] = categoryStatistics(profile);
    }
  };
  const addNumbers = (sql: string) =>
    eachTableChunk(connection, { table, select: sql }, ([numbers]) => addTo(hash, numbers));

  await addColumns(columns.slice(0, shape.inputs.length));
  const { labels, ofLabel } = await addLabels(connection, split, hash);
  statistics[definition.target.name] = sketched(definition.target.name) ?? ofLabel;
  if (shape.hasTime) await addNumbers(`epoch_us(${DATASET_COLUMNS.eventTime})`);
  if (shape.hasWeight) {
    hash.weights();
    await addNumbers(DATASET_COLUMNS.weight);
  }
  if (shape.task.type === "ranking") await addGroups(connection, split, { hash, labels });
  await addColumns(columns.slice(shape.inputs.length), { context: true });
  const labelSummary = await summarised(connection, split, labels);
  return { sha256: hash.digest(), labels, labelSummary, categories, statistics };
}

const addTo = (hash: ContentHash, numbers: ArrayBufferView | undefined) => {
  if (numbers) hash.values(numbers);
};

interface HashedColumn {
  readonly table: string;
  readonly column: ColumnSql;
  readonly hash: ContentHash;
}

async function addNumbersOf(
  connection: DuckDBConnection,
  { table, column, hash, known }: HashedColumn & { readonly known: ColumnStatistics | undefined },
): Promise<ColumnStatistics> {
  const observer = numberObserver();
  await eachTableChunk(connection, { table, select: column.sql }, ([numbers]) => {
    addTo(hash, numbers);
    if (known === undefined) observer.add(numbers as Float32Array);
  });
  return known ?? observer.statistics();
}

async function addCategory(
  connection: DuckDBConnection,
  { table, column, hash }: HashedColumn,
): Promise<CategoryProfile> {
  const { dictionary = [], sql } = column;
  const counts = new Float64Array(dictionary.length);
  let missing = 0;
  await eachTableChunk(connection, { table, select: sql }, ([codes]) => {
    addTo(hash, codes);
    for (const code of codes as Int32Array) {
      if (code < 0) missing++;
      else counts[code] = (counts[code] as number) + 1;
    }
  });
  return categoryProfile(dictionary, counts, missing);
}

async function addLabels(
  connection: DuckDBConnection,
  { table, shape }: SplitTable,
  hash: ContentHash,
): Promise<{ readonly labels: LabelFacts; readonly ofLabel: ColumnStatistics }> {
  const observer = labelObserver(shape.task);
  const values = numberObserver();
  const { weight, query } = DATASET_COLUMNS;
  const behind = [
    ...(shape.hasWeight ? [weight] : []),
    ...(shape.task.type === "ranking" ? [query] : []),
  ];
  const selected = [STAGED_COLUMNS.label, ...behind].join(", ");
  await eachTableChunk(connection, { table, select: selected }, ([labels, ...others]) => {
    addTo(hash, labels);
    values.add(Float32Array.from(labels as Labels));
    observer.add({
      labels: labels as Labels,
      weights: others.find((column) => column instanceof Float64Array),
      queries: others.find((column) => column instanceof Uint32Array),
    });
  });
  return { labels: observer.facts(), ofLabel: values.statistics() };
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
  await eachTableChunk(connection, { table, select: DATASET_COLUMNS.query }, ([queries]) => {
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
    const select = STAGED_COLUMNS.label;
    await eachTableChunk(connection, { table, select }, ([chunk]) => observer.add(chunk as Labels));
  }
  return summariseLabels(task, labels, observer.squares());
}
