import { IntegrityError, NotFoundError } from "../../core/errors.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import type { Registry } from "../../core/registry/registry.ts";
import {
  type CategoryStatistics,
  featureStatistics,
  type NumberStatistics,
} from "../../core/streams/feature-statistics.ts";
import { baselineLoader } from "../drift/load-baseline.ts";

/** Statistics of a feature's values, and the rows that they are of: a version's training split. */
export type UserStatistics = Omit<ReadingModel, "versions"> & { readonly version: number } & (
    | NumberStatistics
    | CategoryStatistics
  );

/** A model with the versions that read a feature, oldest first. */
export interface ReadingModel {
  readonly model: string;
  /** Name of the model's column. */
  readonly as: string;
  readonly versions: readonly number[];
}

export interface StatisticsDeps {
  readonly registry: Pick<Registry, "version">;
  readonly store: Pick<ObjectStore, "get">;
}

/**
 * Statistics of a feature from the baseline of the newest version that reads it.
 *
 * @returns `null` if no version has it among its inputs
 */
export async function userStatistics(
  { registry, store }: StatisticsDeps,
  users: readonly ReadingModel[],
): Promise<UserStatistics | null> {
  const load = baselineLoader(store, registry);
  for (const { model, as, version } of await newestFirst(registry, users)) {
    const baseline = await load(model, version).catch((error: unknown) => {
      // a version that cannot be read any more is no reason not to show the feature: an older one tells
      if (error instanceof NotFoundError || error instanceof IntegrityError) return undefined;
      throw error;
    });
    const profile = baseline?.features[as];
    if (profile !== undefined) return { model, version, as, ...featureStatistics(profile) };
  }
  return null;
}

/** The newest version of each user, by when it was made. */
async function newestFirst(registry: StatisticsDeps["registry"], users: readonly ReadingModel[]) {
  const newest = users.flatMap(({ model, as, versions }) => {
    const version = versions.at(-1);
    return version === undefined ? [] : [{ model, as, version }];
  });
  const dated = await Promise.all(
    newest.map(async (one) => ({
      ...one,
      createdAt: (await registry.version(one.model, one.version)).createdAt,
    })),
  );
  return dated.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
}
