import { pricesOf, priceTable } from "../../core/cost/price-table.ts";
import { type FeatureCost, featureCost } from "../../core/cost/stream-cost.ts";
import { aggregateColumns } from "../../core/definition/aggregate-columns.ts";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import type { StreamFeature } from "../../core/definition/stream-schema.ts";
import { NotFoundError } from "../../core/errors.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import type { BackfillRecord, StreamRecord } from "../../core/registry/records.ts";
import type { Registry } from "../../core/registry/registry.ts";
import { storageKeys } from "../../core/storage-keys.ts";
import { storedJson } from "../../core/stored-json.ts";
import type { DuckdbOptions } from "../duckdb/with-duckdb.ts";
import { lastDayOf, type StreamFreshness } from "./last-day.ts";
import { streamLoader } from "./load-stream.ts";
import { type StatisticsDeps, type UserStatistics, userStatistics } from "./user-statistics.ts";

/** A model that reads a feature. */
export interface FeatureUser {
  readonly model: string;
  /** Name of the model's column. */
  readonly as: string;
  /** Registered versions that read it, oldest first. */
  readonly versions: readonly number[];
  /** When the first of them was made, ISO 8601; absent where only the definition reads it yet. */
  readonly since?: string;
}

export interface CatalogueEntry {
  readonly feature: string;
  readonly stream: string;
  readonly owner: string;
  /** When it was first registered, ISO 8601. */
  readonly since: string;
  readonly declaration: StreamFeature;
  readonly users: readonly FeatureUser[];
  /** Absent until the state was filled from the past. */
  readonly online?: BackfillRecord & { readonly isCurrent: boolean };
}

export interface CatalogueDeps {
  readonly registry: Pick<Registry, "models" | "versions" | "streams" | "stream">;
  readonly store: Pick<ObjectStore, "get" | "list" | "localPath">;
}

/** Every feature of every stream, in order of name, with who uses it. */
export async function featureCatalogue({
  registry,
  store,
}: CatalogueDeps): Promise<readonly CatalogueEntry[]> {
  const users = await featureUsers({ registry, store });
  const entries: CatalogueEntry[] = [];
  for (const record of await registry.streams()) {
    const definition = await streamLoader(store)(record.stream, record.definitionDigest);
    for (const [feature, declaration] of Object.entries(definition.features)) {
      entries.push({
        ...{ feature, stream: record.stream, declaration },
        owner: record.features[feature]?.owner ?? record.owner,
        since: record.features[feature]?.since ?? record.updatedAt,
        users: users.get(`${record.stream}/${feature}`) ?? [],
        ...onlineOf(record),
      });
    }
  }
  return entries.sort((a, b) => (a.feature < b.feature ? -1 : 1));
}

/** All that is known of one feature. Its statistics and cost are null where nothing tells them. */
export interface ShownFeature extends CatalogueEntry {
  readonly freshness: StreamFreshness | null;
  readonly statistics: UserStatistics | null;
  readonly cost: FeatureCost | null;
}

/**
 * @param region whose prices the cost is computed with; there is no cost where the table has none
 * @throws {NotFoundError} if no stream has such a feature
 */
export async function showFeature(
  deps: CatalogueDeps & Pick<StatisticsDeps, "registry">,
  duckdb: DuckdbOptions,
  feature: string,
  region = "us-east-1",
): Promise<ShownFeature> {
  const entries = await featureCatalogue(deps);
  const entry = entries.find((known) => known.feature === feature);
  if (entry === undefined) {
    const names = entries.map((known) => known.feature).join(", ") || "none";
    throw new NotFoundError(`there is no feature ${JSON.stringify(feature)}; there is ${names}`);
  }
  const record = await deps.registry.stream(entry.stream);
  const definition = await streamLoader(deps.store)(entry.stream, record.definitionDigest);
  const { freshness, activity } = (await lastDayOf(deps.store, definition, duckdb)) ?? {};
  const table = priceTable();
  const prices = table.regions[region] && pricesOf(table, region);
  return {
    ...entry,
    freshness: freshness ?? null,
    statistics: await userStatistics(deps, entry.users),
    cost:
      (activity && prices && featureCost(definition, feature, activity, { region, prices })) ??
      null,
  };
}

function onlineOf({ backfill, definitionDigest }: StreamRecord): Pick<CatalogueEntry, "online"> {
  if (backfill === undefined) return {};
  return {
    online: { ...backfill, isCurrent: backfill.definitionDigest === definitionDigest },
  };
}

/** Users by `<stream>/<feature>`: from the definitions that versions were made of, and the current ones. */
async function featureUsers({
  registry,
  store,
}: CatalogueDeps): Promise<ReadonlyMap<string, readonly FeatureUser[]>> {
  const users = new Map<string, FeatureUser[]>();
  for (const { model, definitionDigest } of await registry.models()) {
    const versions = (await registry.versions(model))
      .filter(({ status }) => status === "registered")
      .toSorted((a, b) => a.version - b.version);
    const ofModel = new Map<string, FeatureUser>();
    for (const { definitionDigest: digest, version, createdAt } of versions) {
      for (const { name, key } of await readsOf(store, model, digest)) {
        const before = ofModel.get(`${key} ${name}`);
        const numbers = [...(before?.versions ?? []), version];
        const since = before?.since ?? createdAt;
        ofModel.set(`${key} ${name}`, { model, as: name, versions: numbers, since });
      }
    }
    for (const { name, key } of await readsOf(store, model, definitionDigest)) {
      const known = ofModel.get(`${key} ${name}`);
      ofModel.set(`${key} ${name}`, known ?? { model, as: name, versions: [] });
    }
    for (const [place, user] of ofModel) {
      const key = place.split(" ")[0] as string;
      users.set(key, [...(users.get(key) ?? []), user]);
    }
  }
  return users;
}

async function readsOf(store: CatalogueDeps["store"], model: string, digest: string) {
  const bytes = await store.get(storageKeys.definition(model, digest));
  const definition = storedJson(bytes, `definition ${digest} of ${model}`) as StoredDefinition;
  return aggregateColumns(definition).map(({ name, stream, featureName }) => ({
    name,
    key: `${stream.name}/${featureName}`,
  }));
}
