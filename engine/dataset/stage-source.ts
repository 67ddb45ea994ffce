import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { canonicalJson } from "../../core/canonical-json.ts";
import { contractColumns } from "../../core/dataset/contract-columns.ts";
import type { StreamRows } from "../../core/dataset/lineage.ts";
import type { PlannedObject, SourcePlan } from "../../core/dataset/source-plan.ts";
import {
  type StagedPart,
  type StagedShard,
  type StageRequest,
  type StageSource,
  stagedShardSchema,
  type UselessFile,
} from "../../core/dataset/staged-file.ts";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import {
  ConflictError,
  InvalidInputError,
  NotFoundError,
  PlatformError,
} from "../../core/errors.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { stagedReport, storageKeys } from "../../core/storage-keys.ts";
import { parseStored } from "../../core/stored-json.ts";
import { sqlText } from "../duckdb/sql.ts";
import { type Duckdb, type DuckdbOptions, withDuckdb } from "../duckdb/with-duckdb.ts";
import { type RowAggregatesRequest, rowAggregates } from "../features/row-aggregates.ts";
import { fileSha256 } from "../file-sha256.ts";
import { typesOf } from "./check-source.ts";
import type { RowChecks } from "./checked-rows.ts";
import { planSources } from "./plan-sources.ts";
import { rowChecks } from "./row-checks.ts";
import { sketchStaged } from "./sketch-staged.ts";
import { openSource, type Source } from "./source-files.ts";
import { gathersQueries } from "./split-rule.ts";
import { createStagedTable, STAGED, type StagedRows, stageRows } from "./stage-rows.ts";
import { STAGED_COLUMNS } from "./staged-columns.ts";

/**
 * Rows that are kept. Those that belong to no split are counted only, unless one of them may lie with
 * an earlier row of its query.
 */
const keptRows = (definition: StoredDefinition) =>
  gathersQueries(definition)
    ? `${STAGED_COLUMNS.split} IS NOT NULL`
    : `${STAGED_COLUMNS.split} IN (0, 1, 2)`;

/** Stages shards of a run's source with DuckDB within its memory limit. */
export function sourceStager(options: DuckdbOptions = {}): StageSource {
  return async (request) => {
    const { store, loaded, runId, index } = request;
    const { definition } = loaded;
    const key = storageKeys.staged(definition.name, runId, index);
    const known = await storedReport(store, key);
    if (known) return known;
    const plan = await planSources({ store, definition, runId });
    const asked = { key, objects: shardObjects(plan, index), planned: plan.events };
    const report = await withDuckdb(options, (duckdb) => stage(duckdb, request, asked));
    return storeReport(store, key, report);
  };
}

function shardObjects({ shards, objects }: SourcePlan, index: number): readonly PlannedObject[] {
  const shard = shards[index];
  if (shard) return objects.slice(shard.first, shard.first + shard.objects);
  throw new InvalidInputError(`shard ${index} is asked for, but the run has ${shards.length}`);
}

/** The error as it is stored; what another try may help against is thrown, and what is a bug. */
function finding(file: string, error: unknown): UselessFile {
  if (!(error instanceof PlatformError) || error.kind === "unavailable") throw error;
  return { file, error: { name: error.name, message: error.message } };
}

interface StagedHere {
  readonly file: string;
  readonly rows: StagedRows;
}

interface PlannedShard {
  /** That its parts are stored below. */
  readonly key: string;
  readonly objects: readonly PlannedObject[];
  readonly planned: SourcePlan["events"];
}

/** Every file is looked at, so that all that cannot be used are told of together. */
async function stage(
  duckdb: Duckdb,
  request: StageRequest,
  { key, objects, planned }: PlannedShard,
): Promise<StagedShard> {
  const { store, loaded } = request;
  const { definition } = loaded;
  const staged: StagedHere[] = [];
  const useless: UselessFile[] = [];
  const found = { objects, planned, staged, useless };
  const { sources, streams } = await stageEach(duckdb, request, found);
  if (useless.length > 0) return { useless };

  const path = join(duckdb.directory, "rows.parquet");
  await duckdb.connection.run(
    `COPY (SELECT * EXCLUDE (${STAGED_COLUMNS.reason}) FROM ${STAGED} WHERE ${keptRows(definition)}) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`,
  );
  const quarantine: StagedPart[] = [];
  for (const { rows } of staged) {
    if (rows.quarantinePath === undefined) continue;
    const part = { kind: "quarantine", path: rows.quarantinePath };
    quarantine.push(await storePart(store, key, part));
  }
  return {
    files: staged.map(({ file, rows: { read, broken } }) => ({ file, read, broken })),
    rows: await storePart(store, key, { kind: "rows", path }),
    quarantine,
    ...(await storedSketches(duckdb, request, key)),
    ...(streams.length > 0 && { events: streams }),
    types: typesOf(sources),
  };
}

/**
 * Fills `staged` and `useless`: files that cannot be opened first, each in the order of the objects.
 *
 * @returns those that were opened, and what was read of streams
 */
async function stageEach(
  duckdb: Duckdb,
  request: StageRequest,
  found: {
    readonly objects: readonly PlannedObject[];
    readonly planned: PlannedShard["planned"];
    readonly staged: StagedHere[];
    readonly useless: UselessFile[];
  },
): Promise<{ readonly sources: readonly Source[]; readonly streams: readonly StreamRows[] }> {
  const { store, loaded } = request;
  const { connection } = duckdb;
  const { definition } = loaded;
  const columns = contractColumns(definition);
  const sources: Source[] = [];
  for (const [index, object] of found.objects.entries()) {
    const open = { store, definition, columns, object, index };
    const source = await openSource(connection, open).catch((error: unknown) => {
      found.useless.push(finding(object.name, error));
    });
    if (source) sources.push(source);
  }
  const { planned } = found;
  const known = await checksOf(duckdb, request, { sources, columns, planned }).catch(
    (error: unknown) => {
      found.useless.push(...sources.map(({ file }) => finding(file, error)));
    },
  );
  if (!known) return { sources, streams: [] };
  const { checks, streams } = known;
  await createStagedTable(connection, definition);
  for (const source of sources) {
    const { file } = source;
    try {
      found.staged.push({ file, rows: await stageRows(duckdb, { definition, source, checks }) });
    } catch (error) {
      found.useless.push(finding(file, error));
    }
  }
  return { sources, streams };
}

/**
 * Aggregates are those of the whole past, whatever rows are in this shard. Every shard finds the same
 * broken events: the first one stores them.
 */
async function checksOf(
  duckdb: Duckdb,
  { store, loaded, runId, index }: StageRequest,
  rows: Pick<RowAggregatesRequest, "sources" | "columns" | "planned">,
): Promise<{ readonly checks: RowChecks; readonly streams: readonly StreamRows[] }> {
  const { definition } = loaded;
  const quarantineKey = index === 0 ? storageKeys.brokenEvents(definition.name, runId) : undefined;
  const request = { store, definition, ...rows, quarantineKey };
  const { features, streams } = await rowAggregates(duckdb, request);
  return { checks: await rowChecks(duckdb.connection, loaded, features), streams };
}

interface PartFile {
  readonly kind: string;
  readonly path: string;
  /** @default "parquet" */
  readonly ending?: string;
}

/**
 * A part's name ends in the beginning of its digest, so that what a lost child wrote in other bytes
 * stands in nobody's way: the report says which is meant.
 */
async function storePart(
  store: ObjectStore,
  key: string,
  { kind, path, ending = "parquet" }: PartFile,
): Promise<StagedPart> {
  const sha256 = await fileSha256(path);
  const name = `${kind}-${sha256.slice(0, 12)}.${ending}`;
  await store.putFile(`${key}/${name}`, path);
  return { name, sha256 };
}

/** Of a ranking by time, the split of a query is known once all of its rows are there. */
async function storedSketches(
  { connection, directory }: Duckdb,
  { store, loaded: { definition } }: StageRequest,
  key: string,
): Promise<{ readonly sketches?: StagedPart }> {
  if (gathersQueries(definition)) return {};
  const path = join(directory, "sketches.json");
  await writeFile(path, canonicalJson(await sketchStaged(connection, definition)));
  return { sketches: await storePart(store, key, { kind: "sketches", path, ending: "json" }) };
}

/** The report comes last and only once: of two children of the same shard, both answer the first one's. */
async function storeReport(
  store: ObjectStore,
  key: string,
  report: StagedShard,
): Promise<StagedShard> {
  try {
    await store.put(`${key}/${stagedReport}`, canonicalJson(report));
    return report;
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    return (await storedReport(store, key)) ?? report;
  }
}

/** `undefined` where the shard has not been staged. @throws {IntegrityError} if the report is damaged. */
export async function storedReport(
  store: Pick<ObjectStore, "get">,
  key: string,
): Promise<StagedShard | undefined> {
  try {
    const bytes = await store.get(`${key}/${stagedReport}`);
    return parseStored(stagedShardSchema, bytes, "report of a shard");
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}
