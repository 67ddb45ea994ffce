import { NotFoundError, PlatformError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { LoadedVersion, LoadVersion } from "./loaded-version.ts";

/** A version that stays loaded until it is given back, whatever the cache forgets meanwhile. */
export interface Lease {
  readonly version: LoadedVersion;
  /** Another lease on the same version, to be given back for itself. */
  readonly share: () => Lease;
  /** To be called once. */
  readonly giveBack: () => void;
}

/** Loaded versions, kept warm. */
export interface VersionCache {
  /** Loads a version, or takes the one that is loaded. @throws what `LoadVersion` throws. */
  acquire(model: string, version: number): Promise<Lease>;
}

export interface VersionCacheOptions {
  readonly loadVersion: LoadVersion;
  readonly clock: Clock;
  /** @default 16 */
  readonly mostVersions?: number;
  /** Of all graphs together. @default 256 MiB */
  readonly mostBytes?: number;
  /** How long a version that does not exist or is broken is not tried again. @default 10 s */
  readonly failureMs?: number;
}

interface Entry {
  readonly loading: Promise<LoadedVersion>;
  loaded: LoadedVersion | undefined;
  leases: number;
  isForgotten: boolean;
}

interface Failure {
  readonly error: PlatformError;
  readonly until: number;
}

/** Most failures remembered: a caller who tries numbers must not fill the memory. */
const MOST_FAILURES = 1_000;

/**
 * Versions in order of last use, bounded in count and bytes. Callers that want the same version at
 * once share one load. What is forgotten is released when the last lease is given back, so that no
 * request loses its session.
 */
export function versionCache(options: VersionCacheOptions): VersionCache {
  const { clock, loadVersion, failureMs = 10_000 } = options;
  const { mostVersions = 16, mostBytes = 256 * 1024 * 1024 } = options;
  // A Map keeps the order of insertion: the first entry is the one used longest ago.
  const entries = new Map<string, Entry>();
  const failures = new Map<string, Failure>();

  return {
    async acquire(model, version) {
      const key = `${model}/${version}`;
      throwKnownFailure(key);
      const entry = entries.get(key) ?? startLoading(key, model, version);
      entries.delete(key);
      entries.set(key, entry);
      // Counted before waiting: it must not be released between loading and use.
      entry.leases += 1;
      try {
        return leaseOf(entry, entry.loaded ?? (await entry.loading));
      } catch (error) {
        if (entries.get(key) === entry) entries.delete(key);
        rememberFailure(key, error);
        throw error;
      }
    },
  };

  function startLoading(key: string, model: string, version: number): Entry {
    const loading = loadVersion(model, version);
    const entry: Entry = { loading, loaded: undefined, leases: 0, isForgotten: false };
    loading.then(
      (loaded) => {
        entry.loaded = loaded;
        forgetOldest();
      },
      // Everyone who waits for it has the error from `entry.loading` itself.
      () => undefined,
    );
    entries.set(key, entry);
    return entry;
  }

  function leaseOf(entry: Entry, version: LoadedVersion): Lease {
    return {
      version,
      share: () => {
        entry.leases += 1;
        return leaseOf(entry, version);
      },
      giveBack: () => {
        entry.leases -= 1;
        releaseUnused(entry);
      },
    };
  }

  function forgetOldest(): void {
    let bytes = 0;
    for (const { loaded } of entries.values()) bytes += loaded?.sizeBytes ?? 0;
    for (const [key, entry] of entries) {
      if (entries.size === 1 || (entries.size <= mostVersions && bytes <= mostBytes)) return;
      bytes -= entry.loaded?.sizeBytes ?? 0;
      entries.delete(key);
      entry.isForgotten = true;
      releaseUnused(entry);
    }
  }

  function releaseUnused({ isForgotten, leases, loaded }: Entry): void {
    // A session that cannot be released is left to the garbage collector; nobody waits for it.
    if (isForgotten && leases === 0) loaded?.release().catch(() => undefined);
  }

  function throwKnownFailure(key: string): void {
    const failure = failures.get(key);
    if (failure === undefined) return;
    if (clock() < failure.until) throw failure.error;
    failures.delete(key);
  }

  function rememberFailure(key: string, error: unknown): void {
    const isLasting = error instanceof PlatformError && error.kind !== "unavailable";
    if (!isLasting) return;
    if (failures.size >= MOST_FAILURES) failures.clear();
    // A version that does not exist may be registered any moment, a broken one stays broken.
    const ms = error instanceof NotFoundError ? Math.min(failureMs, 1_000) : failureMs;
    failures.set(key, { error, until: clock() + ms });
  }
}
