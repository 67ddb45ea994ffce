/**
 * Prepares one file of flights within 512 MB of DuckDB:
 * `node prepare-scale-work.ts <file> <directory> [aggregates]`. With `aggregates` the example's three are
 * computed, too, from the same file as their stream's history.
 */
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import type { LoadedDefinition } from "../core/definition/loaded-definition.ts";
import type { ComputeRowFeature, ModelDefinition } from "../core/definition/model-definition.ts";
import { parseDefinition, storedDefinition } from "../core/definition/parse-definition.ts";
import { storageKeys } from "../core/storage-keys.ts";
import { datasetPreparer } from "../engine/dataset/prepare-dataset.ts";
import { fileObjectStore } from "../local/file-object-store.ts";
import { model } from "../models/flight-delay/model.ts";

export interface ScaleRow {
  readonly rows: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMemoryMiB: number;
  readonly datasetDigest: string;
}

const FIELDS = ["hour", "weekday"];

/** The example without its streams: what is measured is reading, splitting and writing. */
function flightsAlone(): LoadedDefinition {
  const features = Object.entries(model.rowFeatures ?? {}).filter(([name]) =>
    FIELDS.includes(name),
  );
  const {
    streams: _none,
    aggregates: _neither,
    example: _ofBoth,
    ...rest
  } = model as ModelDefinition;
  return loadedOf({ ...rest, rowFeatures: Object.fromEntries(features) });
}

function loadedOf(definition: ModelDefinition): LoadedDefinition {
  const checked = parseDefinition(definition);
  const compute = Object.entries(checked.rowFeatures).map(
    ([name, feature]) => [name, feature.compute as ComputeRowFeature] as const,
  );
  return {
    digest: "0".repeat(64),
    definition: storedDefinition(checked),
    compute: Object.fromEntries(compute),
  };
}

const [path = "", directory = "", what] = process.argv.slice(2);
const loaded = what === "aggregates" ? loadedOf(model) : flightsAlone();
const home = await mkdtemp(join(directory, "home-"));
const store = fileObjectStore(home);
const [file] = loaded.definition.source.files;
await store.putFile(storageKeys.source(model.name, file?.name ?? ""), path);
for (const { name, history } of what === "aggregates" ? (model.streams ?? []) : []) {
  for (const past of history?.files ?? []) {
    await store.putFile(storageKeys.streamHistory(name, past.name), path);
  }
}
const startedAt = performance.now();
const before = process.cpuUsage();
const prepare = datasetPreparer({ memoryLimit: "512MB", workDirectory: directory });
const { rows, datasetDigest } = await prepare({ store, loaded, runId: "scale" });
const { user, system } = process.cpuUsage(before);
const row: ScaleRow = {
  rows: rows.read,
  seconds: Number(((performance.now() - startedAt) / 1000).toFixed(2)),
  cpuSeconds: Number(((user + system) / 1e6).toFixed(2)),
  // Linux counts it in KiB.
  peakMemoryMiB: Math.round(process.resourceUsage().maxRSS / 1024),
  datasetDigest,
};
console.log(JSON.stringify(row));
