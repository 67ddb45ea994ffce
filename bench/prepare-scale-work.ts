/** Prepares one file of flights within 512 MB of DuckDB: `node prepare-scale-work.ts <file> <directory>`. */
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
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
function flightsAlone() {
  const features = Object.entries(model.rowFeatures ?? {}).filter(([name]) =>
    FIELDS.includes(name),
  );
  const {
    streams: _none,
    aggregates: _neither,
    example: _ofBoth,
    ...rest
  } = model as ModelDefinition;
  const checked = parseDefinition({ ...rest, rowFeatures: Object.fromEntries(features) });
  const compute = features.map(([name, feature]) => [name, feature.compute as ComputeRowFeature]);
  return {
    digest: "0".repeat(64),
    definition: storedDefinition(checked),
    compute: Object.fromEntries(compute) as Record<string, ComputeRowFeature>,
  };
}

const [path = "", directory = ""] = process.argv.slice(2);
const loaded = flightsAlone();
const home = await mkdtemp(join(directory, "home-"));
const store = fileObjectStore(home);
const [file] = loaded.definition.source.files;
await store.putFile(storageKeys.source(model.name, file?.name ?? ""), path);
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
