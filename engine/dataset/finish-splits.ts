import type { DatasetBaseline } from "../../core/dataset/baseline.ts";
import { checkSplit } from "../../core/dataset/check-split.ts";
import { datasetShape } from "../../core/dataset/dataset-shape.ts";
import type { SplitName } from "../../core/dataset/manifest.ts";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import type { Duckdb } from "../duckdb/with-duckdb.ts";
import { dropStaged } from "./cover-staged.ts";
import type { CheckedRows } from "./quarantine.ts";
import { type SortedSplit, sortSplit } from "./sort-split.ts";
import { splitBaseline } from "./split-baseline.ts";
import { type SplitContent, splitContent } from "./split-content.ts";
import { type LocalPart, writeParts } from "./write-parts.ts";

export type Splits<T> = Readonly<Record<SplitName, T>>;

/** One split as it will be stored. */
export interface FinishedSplit extends SortedSplit {
  readonly content: SplitContent;
  readonly parts: readonly LocalPart[];
}

/**
 * Sorts the staged rows into splits, writes their parts to this machine's disk and reads what they hold.
 * What a split holds is read by JavaScript, on one thread, so DuckDB sorts and writes on another
 * connection meanwhile. The staged rows are gone afterwards.
 *
 * @param known what is left of the training rows of each label, where they were sampled, and what is
 *   known of numbers before rows were taken out
 * @throws {DataContractError} if a split cannot be trained on or measured by.
 */
export async function finishSplits(
  duckdb: Duckdb,
  definition: StoredDefinition,
  known: Pick<CheckedRows, "sampled" | "sketches"> = {},
): Promise<{ readonly splits: Splits<FinishedSplit>; readonly baseline: DatasetBaseline }> {
  const { connection } = duckdb;
  const { sampled = [], sketches } = known;
  const shape = datasetShape(definition);
  const reading = await duckdb.connect();
  const read = (sorted: SortedSplit) =>
    splitContent(reading, { ...sorted, definition, sketches: sketches?.[sorted.split] });
  const check = ({ split }: SortedSplit, { labels }: SplitContent) =>
    checkSplit(shape.task, split, labels);

  const train = await sortSplit(connection, "train", definition);
  const [ofTrain, others] = await together(
    read(train),
    sortAndWrite(duckdb, { train, definition }),
  );
  const { validation, test, parts } = others;
  check(train, ofTrain);
  const [[ofValidation, ofTest], baseline] = await together(
    read(validation).then(async (content) => [content, await read(test)] as const),
    splitBaseline(connection, shape, { ...train, content: ofTrain, sampled }),
  );
  check(validation, ofValidation);
  check(test, ofTest);
  return {
    splits: {
      train: { ...train, content: ofTrain, parts: parts.train },
      validation: { ...validation, content: ofValidation, parts: parts.validation },
      test: { ...test, content: ofTest, parts: parts.test },
    },
    baseline,
  };
}

async function sortAndWrite(
  duckdb: Duckdb,
  { train, definition }: { readonly train: SortedSplit; readonly definition: StoredDefinition },
) {
  const { connection } = duckdb;
  const validation = await sortSplit(connection, "validation", definition);
  const test = await sortSplit(connection, "test", definition);
  await dropStaged(connection);
  const written = (sorted: SortedSplit) => writeParts(duckdb, { sorted, definition });
  const parts: Splits<readonly LocalPart[]> = {
    train: await written(train),
    validation: await written(validation),
    test: await written(test),
  };
  return { validation, test, parts };
}

/** Waits for both, also if one fails: the database must not be closed under a query. */
async function together<A, B>(first: Promise<A>, second: Promise<B>): Promise<readonly [A, B]> {
  await Promise.allSettled([first, second]);
  return [await first, await second];
}
