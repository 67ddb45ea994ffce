import { join } from "node:path";
import { canonicalJson } from "../../core/canonical-json.ts";
import {
  type StagedFile,
  type StagedPart,
  type StageRequest,
  type StageSource,
  stagedFileSchema,
} from "../../core/dataset/staged-file.ts";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import { ConflictError, NotFoundError, PlatformError } from "../../core/errors.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { stagedReport, storageKeys } from "../../core/storage-keys.ts";
import { parseStored } from "../../core/stored-json.ts";
import { sqlText } from "../duckdb/sql.ts";
import { type Duckdb, type DuckdbOptions, withDuckdb } from "../duckdb/with-duckdb.ts";
import { fileSha256 } from "../file-sha256.ts";
import { rowChecks } from "./row-checks.ts";
import { openSource, sourceFileName } from "./source-files.ts";
import { gathersQueries } from "./split-rule.ts";
import { createStagedTable, STAGED, stageRows } from "./stage-rows.ts";
import { STAGED_COLUMNS } from "./staged-columns.ts";

/**
 * Rows that are kept. Those that belong to no split are counted only, unless one of them may lie with
 * an earlier row of its query.
 */
const keptRows = (definition: StoredDefinition) =>
  gathersQueries(definition)
    ? `${STAGED_COLUMNS.split} IS NOT NULL`
    : `${STAGED_COLUMNS.split} IN (0, 1, 2)`;

/** Stages source files with DuckDB within its memory limit. */
export function sourceStager(options: DuckdbOptions = {}): StageSource {
  return async (request) => {
    const { store, loaded, runId, index } = request;
    const file = sourceFileName(loaded.definition, index);
    const key = storageKeys.staged(loaded.definition.name, runId, index);
    const known = await storedReport(store, key);
    if (known) return known;
    const report = await withDuckdb(options, (duckdb) => stage(duckdb, request, key)).catch(
      (error: unknown): StagedFile => ({ file, error: finding(error) }),
    );
    return storeReport(store, key, report);
  };
}

/** The error as it is stored; what another try may help against is thrown, and what is a bug. */
function finding(error: unknown): { readonly name: string; readonly message: string } {
  if (!(error instanceof PlatformError) || error.kind === "unavailable") throw error;
  return { name: error.name, message: error.message };
}

async function stage(
  duckdb: Duckdb,
  { store, loaded, index }: StageRequest,
  key: string,
): Promise<StagedFile> {
  const { connection, directory } = duckdb;
  const { definition } = loaded;
  const checks = await rowChecks(connection, loaded);
  const { columns } = checks;
  const source = await openSource(connection, { store, definition, columns, index });
  await createStagedTable(connection, definition);
  const { read, broken, quarantinePath } = await stageRows(duckdb, { definition, source, checks });

  const path = join(directory, "rows.parquet");
  await connection.run(
    `COPY (SELECT * EXCLUDE (${STAGED_COLUMNS.reason}) FROM ${STAGED} WHERE ${keptRows(definition)}) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`,
  );
  return {
    file: source.file,
    read,
    broken,
    rows: await storePart(store, key, { kind: "rows", path }),
    ...(quarantinePath !== undefined && {
      quarantine: await storePart(store, key, { kind: "quarantine", path: quarantinePath }),
    }),
  };
}

/**
 * A part's name ends in the beginning of its digest, so that what a lost child wrote in other bytes
 * stands in nobody's way: the report says which is meant.
 */
async function storePart(
  store: ObjectStore,
  key: string,
  { kind, path }: { readonly kind: string; readonly path: string },
): Promise<StagedPart> {
  const sha256 = await fileSha256(path);
  const name = `${kind}-${sha256.slice(0, 12)}.parquet`;
  await store.putFile(`${key}/${name}`, path);
  return { name, sha256 };
}

/** The report comes last and only once: of two children of the same file, both answer the first one's. */
async function storeReport(
  store: ObjectStore,
  key: string,
  report: StagedFile,
): Promise<StagedFile> {
  try {
    await store.put(`${key}/${stagedReport}`, canonicalJson(report));
    return report;
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    return (await storedReport(store, key)) ?? report;
  }
}

/** `undefined` where the file has not been staged. @throws {IntegrityError} if the report is damaged. */
export async function storedReport(
  store: Pick<ObjectStore, "get">,
  key: string,
): Promise<StagedFile | undefined> {
  try {
    const bytes = await store.get(`${key}/${stagedReport}`);
    return parseStored(stagedFileSchema, bytes, "report of a source file");
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}
