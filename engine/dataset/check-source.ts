import { contractColumns } from "../../core/dataset/contract-columns.ts";
import type { FileRows } from "../../core/dataset/lineage.ts";
import type { PrepareRequest } from "../../core/dataset/prepare-dataset.ts";
import type { SourcePlan } from "../../core/dataset/source-plan.ts";
import { DataContractError } from "../../core/errors.ts";
import { storageKeys } from "../../core/storage-keys.ts";
import type { Duckdb } from "../duckdb/with-duckdb.ts";
import { rowAggregates } from "../features/row-aggregates.ts";
import type { CheckedRows } from "./quarantine.ts";
import { rowChecks } from "./row-checks.ts";
import { openSource, type Source } from "./source-files.ts";
import { type SourceTypes, sourceTypes, typeWords } from "./source-types.ts";
import { createStagedTable, stageRows } from "./stage-rows.ts";

/**
 * Reads, checks and completes every row of every source file into the staged table. All files are
 * opened before the first is read, so that one without a column is told of at once.
 *
 * @throws what `rowChecks`, `openSource` and `stageRows` throw
 */
export async function checkSource(
  duckdb: Duckdb,
  { store, loaded, runId }: PrepareRequest,
  { objects, events: planned }: SourcePlan,
): Promise<CheckedRows> {
  const { connection } = duckdb;
  const { definition } = loaded;
  const columns = contractColumns(definition);
  const sources: Source[] = [];
  for (const [index, object] of objects.entries()) {
    sources.push(await openSource(connection, { store, definition, columns, object, index }));
  }
  const quarantineKey = storageKeys.brokenEvents(definition.name, runId);
  const asked = { store, definition, columns, sources, quarantineKey, planned };
  const aggregates = await rowAggregates(duckdb, asked);
  const checks = await rowChecks(connection, loaded, aggregates.features);
  await createStagedTable(connection, definition);
  const quarantinePaths: string[] = [];
  const files: FileRows[] = [];
  for (const source of sources) {
    const { read, broken, quarantinePath } = await stageRows(duckdb, {
      definition,
      source,
      checks,
    });
    files.push({ read, broken });
    if (quarantinePath !== undefined) quarantinePaths.push(quarantinePath);
  }
  const { streams } = aggregates;
  return {
    ...{ ...totalOf(files), files, quarantinePaths, types: typeWords(typesOf(sources)) },
    ...(streams.length > 0 && { events: streams }),
  };
}

/** Types of the columns of files that are open. */
export const typesOf = (sources: readonly Source[]): SourceTypes =>
  sourceTypes(
    sources.map(({ types }) => [...types].map(([name, type]) => [name, [type]] as const)),
  );

/** Rows of several files together. */
export const totalOf = (files: readonly FileRows[]): FileRows => ({
  read: files.reduce((sum, { read }) => sum + read, 0),
  broken: files.reduce((sum, { broken }) => sum + broken, 0),
});

/** @throws {DataContractError} if no file has a row. */
export function checkAnyRows({ objects }: SourcePlan, { read }: CheckedRows): void {
  if (read > 0) return;
  const [first, ...others] = objects;
  const more = others.length > 5 ? [`${others.length} more files`] : others.map(({ name }) => name);
  const files = [first?.name, ...more].join(", ");
  throw new DataContractError(`source ${files} has no rows; store it with its rows`);
}
