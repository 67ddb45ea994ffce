import { type Lineage, lineageSchema } from "../core/dataset/lineage.ts";
import type { DatasetManifest } from "../core/dataset/manifest.ts";
import { parseManifest, SPLIT_NAMES } from "../core/dataset/manifest.ts";
import type { DatasetStatistics } from "../core/dataset/statistics.ts";
import { NotFoundError } from "../core/errors.ts";
import type { ObjectStore } from "../core/ports/object-store.ts";
import { storageKeys } from "../core/storage-keys.ts";
import { parseStored, storedJson } from "../core/stored-json.ts";
import { table } from "./table.ts";

/** Most source objects that are listed as text. */
const SHOWN_OBJECTS = 10;

interface StoredDataset {
  readonly manifest: DatasetManifest;
  /** Null of a dataset that was made before there were such. */
  readonly lineage: Lineage | null;
  readonly statistics: DatasetStatistics | null;
}

/** What is stored beside a dataset's rows. @throws {NotFoundError} if there is no such dataset. */
export async function readDataset(
  store: Pick<ObjectStore, "get">,
  model: string,
  digest: string,
): Promise<StoredDataset> {
  const manifestKey = storageKeys.datasetManifest(model, digest);
  const manifest = parseManifest(await store.get(manifestKey), model, digest);
  const lineage = await bytesIfAny(store, storageKeys.datasetLineage(model, digest));
  const statistics = await bytesIfAny(store, storageKeys.datasetStatistics(model, digest));
  return {
    manifest,
    lineage: lineage && parseStored(lineageSchema, lineage, "lineage"),
    statistics: statistics && (storedJson(statistics, "statistics") as DatasetStatistics),
  };
}

async function bytesIfAny(store: Pick<ObjectStore, "get">, key: string) {
  return store.get(key).catch((error: unknown) => {
    if (error instanceof NotFoundError) return null;
    throw error;
  });
}

/** A dataset in short: its splits, what it was made of, and a line for each column of its training split. */
export function datasetText({ manifest, lineage, statistics }: StoredDataset): string {
  const splits = SPLIT_NAMES.map((split) => ({
    split,
    rows: manifest.splits[split].rows,
    parts: manifest.splits[split].parts.length,
  }));
  const objects = (lineage?.objects ?? []).map(({ key, sizeBytes, rows, quarantined }) => ({
    ...{ key, sizeBytes, rows, quarantined },
  }));
  const more = objects.length - SHOWN_OBJECTS;
  const columns = Object.entries(statistics?.train ?? {}).map(([column, found]) => ({
    column,
    missing: found.missing,
    distinct: found.distinct,
    min: found.kind === "number" ? found.min : null,
    mean: found.kind === "number" ? found.mean : null,
    max: found.kind === "number" ? found.max : null,
    mostFrequent: found.frequent[0]?.[0],
  }));
  return [
    `dataset ${manifest.digest} of ${manifest.model}`,
    table(splits),
    table(objects.slice(0, SHOWN_OBJECTS)) + (more > 0 ? `\n… and ${more} more` : ""),
    table(columns),
  ].join("\n\n");
}
