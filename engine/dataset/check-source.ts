import type { PrepareRequest } from "../../core/dataset/prepare-dataset.ts";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import { DataContractError } from "../../core/errors.ts";
import type { Duckdb } from "../duckdb/with-duckdb.ts";
import type { CheckedRows } from "./quarantine.ts";
import { rowChecks } from "./row-checks.ts";
import { openSource, type Source } from "./source-files.ts";
import { createStagedTable, stageRows } from "./stage-rows.ts";

/**
 * Reads, checks and completes every row of every source file into the staged table. All files are
 * opened before the first is read, so that one without a column is told of at once.
 *
 * @throws what `rowChecks`, `openSource` and `stageRows` throw
 */
export async function checkSource(
  duckdb: Duckdb,
  { store, loaded }: PrepareRequest,
): Promise<CheckedRows> {
  const { connection } = duckdb;
  const { definition } = loaded;
  const checks = await rowChecks(connection, loaded);
  const { columns } = checks;
  const sources: Source[] = [];
  for (const index of definition.source.files.keys()) {
    sources.push(await openSource(connection, { store, definition, columns, index }));
  }
  await createStagedTable(connection, definition);
  const quarantinePaths: string[] = [];
  let [read, broken] = [0, 0];
  for (const source of sources) {
    const staged = await stageRows(duckdb, { definition, source, checks });
    read += staged.read;
    broken += staged.broken;
    if (staged.quarantinePath !== undefined) quarantinePaths.push(staged.quarantinePath);
  }
  return { read, broken, quarantinePaths };
}

/** @throws {DataContractError} if no file has a row. */
export function checkAnyRows({ source }: StoredDefinition, { read }: CheckedRows): void {
  if (read > 0) return;
  const files = source.files.map(({ name }) => name).join(", ");
  throw new DataContractError(`source ${files} has no rows; store it with its rows`);
}
