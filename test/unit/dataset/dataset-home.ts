import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach } from "vitest";
import type { DatasetBaseline } from "../../../core/dataset/baseline.ts";
import type { DatasetManifest } from "../../../core/dataset/manifest.ts";
import type { StagedShard } from "../../../core/dataset/staged-file.ts";
import type { LoadedDefinition } from "../../../core/definition/loaded-definition.ts";
import type {
  ComputeRowFeature,
  ModelDefinition,
} from "../../../core/definition/model-definition.ts";
import { parseDefinition, storedDefinition } from "../../../core/definition/parse-definition.ts";
import type { ObjectStore } from "../../../core/ports/object-store.ts";
import type { PrepareOutput } from "../../../core/run/messages.ts";
import { storageKeys } from "../../../core/storage-keys.ts";
import { planSources } from "../../../engine/dataset/plan-sources.ts";
import { datasetPreparer } from "../../../engine/dataset/prepare-dataset.ts";
import { sourceStager } from "../../../engine/dataset/stage-source.ts";
import { queryRows } from "../../../engine/duckdb/query.ts";
import { sqlText, sqlTexts } from "../../../engine/duckdb/sql.ts";
import { type DuckdbOptions, withDuckdb } from "../../../engine/duckdb/with-duckdb.ts";
import { fileObjectStore } from "../../../local/file-object-store.ts";
import { model as flightDelay } from "../../../models/flight-delay/model.ts";

/**
 * 2,400 flights, one an hour from 1 April 2001 on: 720 in April, 744 in May, 720 in June, 216 after;
 * 16 of 61 are over 15 minutes late.
 */
export const FLIGHTS = `
  SELECT TIMESTAMP '2001-04-01 00:30:00' + i * INTERVAL 1 HOUR AS date,
    (i * 37 % 61 - 30)::BIGINT AS delay, (100 + i * 31 % 900)::BIGINT AS distance,
    ['ORD', 'LAX', 'JFK', 'ATL'][i % 4 + 1] AS origin, ['SFO', 'DEN', 'BOS'][i % 3 + 1] AS destination
  FROM range(2400) rows(i)`;

/** The flight-delay model without aggregates and with other parts. */
export function definitionWith(changes: Partial<ModelDefinition> = {}): LoadedDefinition {
  const { example: _ofItsFields, streams: _past, aggregates: _ofPast, ...model } = flightDelay;
  const checked = parseDefinition({ ...model, ...changes });
  const compute = Object.entries(checked.rowFeatures).map(
    ([name, feature]) => [name, feature.compute as ComputeRowFeature] as const,
  );
  return {
    digest: "d".repeat(64),
    definition: storedDefinition(checked),
    compute: Object.fromEntries(compute),
  };
}

/** The fields of the flight-delay model with some of them changed. */
export function fieldsWith(
  changes: Partial<Record<string, Partial<ModelDefinition["fields"][string]>>>,
): ModelDefinition["fields"] {
  return Object.fromEntries(
    Object.entries(flightDelay.fields).map(([name, field]) => [
      name,
      { ...field, ...changes[name] },
    ]),
  );
}

export const csvSource = (...names: string[]): ModelDefinition["source"] => ({
  format: "csv",
  files: names.map((name) => ({ name })),
  eventTime: "date",
});

export const parquetSource = (...names: string[]): ModelDefinition["source"] => ({
  format: "parquet",
  files: names.map((name) => ({ name })),
  eventTime: "date",
});

/** A store in a directory that is removed after the test, and what a preparation does with it. */
export class DatasetHome {
  readonly root: string;
  readonly store: ObjectStore;

  constructor(root: string) {
    this.root = root;
    this.store = fileObjectStore(join(root, "store"));
  }

  /** Stores the result of a query as a source file; a `.csv` name makes it one. */
  async source(query: string, name = "flights-3m.parquet"): Promise<void> {
    const path = join(this.root, "source", name);
    await mkdir(dirname(path), { recursive: true });
    const format = name.endsWith(".csv") ? "csv, HEADER" : "parquet";
    await sql(`COPY (${query}) TO ${sqlText(path)} (FORMAT ${format})`);
    await this.store.putFile(storageKeys.source("flight-delay", name), path);
  }

  async sourceText(text: string | Uint8Array, name: string): Promise<void> {
    const path = join(this.root, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    await this.store.putFile(storageKeys.source("flight-delay", name), path);
  }

  prepare(
    loaded: LoadedDefinition = definitionWith(),
    options: DuckdbOptions & { readonly runId?: string } = {},
  ): Promise<PrepareOutput> {
    const { runId = "run-1", ...duckdb } = options;
    return datasetPreparer({ threads: 2, ...duckdb })({ store: this.store, loaded, runId });
  }

  /** As `prepare`, each source file staged first, as by a function of its own. */
  async prepareStaged(
    loaded: LoadedDefinition = definitionWith(),
    options: { readonly runId?: string } = {},
  ): Promise<PrepareOutput> {
    await this.stage(loaded, options);
    return this.joinStaged(loaded, options);
  }

  joinStaged(
    loaded: LoadedDefinition = definitionWith(),
    { runId = "run-1" }: { readonly runId?: string } = {},
  ): Promise<PrepareOutput> {
    const prepare = datasetPreparer({ threads: 2 });
    return prepare({ store: this.store, loaded, runId, staged: true });
  }

  async stage(
    loaded: LoadedDefinition,
    { runId = "run-1" }: { readonly runId?: string } = {},
  ): Promise<readonly StagedShard[]> {
    const stage = sourceStager({ threads: 1 });
    const staged: StagedShard[] = [];
    const { shards } = await planSources({
      store: this.store,
      definition: loaded.definition,
      runId,
    });
    for (const index of shards.keys()) {
      staged.push(await stage({ store: this.store, loaded, runId, index }));
    }
    return staged;
  }

  /** Plans a run with each object in a shard of its own, however small. */
  async planApart({ definition }: LoadedDefinition, runId: string): Promise<void> {
    const { store } = this;
    const plan = await planSources({ store, definition, runId: `${runId}-together` });
    const shards = plan.objects.map(({ sizeBytes }, first) => ({ first, objects: 1, sizeBytes }));
    const key = storageKeys.sourcePlan(definition.name, runId);
    await store.put(key, JSON.stringify({ ...plan, runId, shards }));
  }

  async manifest(digest: string): Promise<DatasetManifest> {
    return JSON.parse(await this.text(storageKeys.datasetManifest("flight-delay", digest)));
  }

  async baseline(digest: string): Promise<DatasetBaseline> {
    return JSON.parse(await this.text(storageKeys.datasetBaseline("flight-delay", digest)));
  }

  /** Rows of a query in which `dataset` is one split, or every one. */
  async rows(digest: string, query: string, split?: keyof DatasetManifest["splits"]) {
    const { splits } = await this.manifest(digest);
    const parts = Object.entries(splits).flatMap(([name, { parts }]) =>
      split === undefined || name === split ? parts : [],
    );
    const key = storageKeys.dataset("flight-delay", digest);
    const paths = await Promise.all(
      parts.map(({ name }) => this.store.localPath(`${key}/${name}`)),
    );
    return sql(`WITH dataset AS (FROM read_parquet(${sqlTexts(paths)})) ${query}`);
  }

  /** Rows of a query in which `quarantine` is what a run quarantined. */
  async quarantine(query: string, runId = "run-1") {
    const path = await this.store.localPath(storageKeys.quarantine("flight-delay", runId));
    return sql(`WITH quarantine AS (FROM read_parquet(${sqlText(path)})) ${query}`);
  }

  /** Every key below a prefix. */
  async keys(prefix: string): Promise<readonly string[]> {
    const keys: string[] = [];
    for await (const { key } of this.store.list(prefix)) keys.push(key);
    return keys;
  }

  private async text(key: string): Promise<string> {
    return new TextDecoder().decode(await this.store.get(key));
  }
}

export const sql = (query: string) =>
  withDuckdb({ threads: 1 }, ({ connection }) => queryRows(connection, query));

const roots: string[] = [];

export async function datasetHome(): Promise<DatasetHome> {
  const root = await mkdtemp(join(tmpdir(), "millrace-test-"));
  roots.push(root);
  return new DatasetHome(root);
}

afterEach(async () => {
  for (const root of roots.splice(0)) await rm(root, { recursive: true, force: true });
});
