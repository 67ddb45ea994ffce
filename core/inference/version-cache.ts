import { NotFoundError, PlatformError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { LoadedVersion, LoadVersion } from "./loaded-version.ts";
import { versionMemory } from "./version-memory.ts";

/** A version that stays loaded until it is given back. */
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
  /** The version, if it is loaded: nothing is waited for. */
  loaded(model: string, version: number): Lease | undefined;
}

export interface VersionCacheOptions {
  readonly loadVersion: LoadVersion;
  readonly clock: Clock;
  /** @default 2,000 */
  readonly mostVersions?: number;
  /** Of the memory that all take together, as `versionMemory` reckons it. @default 512 MiB */
  readonly mostBytes?: number;
  /** How long a version that does not exist or is broken is not tried again. @default 10 s */
  readonly failureMs?: number;
}

interface Entry {
  readonly loading: Promise<LoadedVersion>;
  loaded: LoadedVersion | undefined;
  leases: number;
  /** Grows with each use of any version. */
  usedAt: number;
}

interface Failure {
  readonly error: PlatformError;
  readonly until: number;
}

/** Most failures remembered: a caller who tries numbers must not fill the memory. */
const MOST_FAILURES = 1_000;

/**
 * Versions bounded in count and memory: beyond it, the one used longest ago goes first, but never one that is
 * lent, being loaded, or the last that was used. Callers that want the same version at once share one load.
 */
export function versionCache(options: VersionCacheOptions): VersionCache {
  const { clock, loadVersion, failureMs = 10_000 } = options;
  const { mostVersions = 2_000, mostBytes = 512 * 1024 * 1024 } = options;
  const entries = new Map<string, Entry>();
  const failures = new Map<string, Failure>();
  let uses = 0;
  /** Whether only versions that are lent hold it above its limits. */
  let isOver = false;

  return {
    async acquire(model, version) {
      const key = keyOf(model, version);
      throwKnownFailure(key);
      const entry = entries.get(key) ?? startLoading(key, model, version);
      const lease = lend(entry);
      try {
        const loaded = entry.loaded ?? (await entry.loading);
        return lease(loaded);
      } catch (error) {
        if (entries.get(key) === entry) entries.delete(key);
        rememberFailure(key, error);
        throw error;
      }
    },
    loaded(model, version) {
      const entry = entries.get(keyOf(model, version));
      return entry?.loaded && lend(entry)(entry.loaded);
    },
  };

  function startLoading(key: string, model: string, version: number): Entry {
    const loading = loadVersion(model, version);
    const entry: Entry = { loading, loaded: undefined, leases: 0, usedAt: 0 };
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

  /** Counted before it is loaded: it must not be released between loading and use. */
  function lend(entry: Entry): (version: LoadedVersion) => Lease {
    uses += 1;
    entry.usedAt = uses;
    entry.leases += 1;
    return (version) => leaseOf(entry, version);
  }

  function leaseOf(entry: Entry, version: LoadedVersion): Lease {
    return {
      version,
      share: () => lend(entry)(version),
      giveBack: () => {
        entry.leases -= 1;
        if (isOver && entry.leases === 0) forgetOldest();
      },
    };
  }

  function forgetOldest(): void {
    let bytes = 0;
    for (const { loaded } of entries.values()) bytes += memoryOf(loaded);
    const isWithin = () => entries.size <= mostVersions && bytes <= mostBytes;
    if (!isWithin()) {
      const idle = [...entries]
        .filter(([, { leases, usedAt }]) => leases === 0 && usedAt < uses)
        .sort(([, one], [, other]) => one.usedAt - other.usedAt);
      for (const [key, { loaded }] of idle) {
        if (isWithin()) break;
        bytes -= memoryOf(loaded);
        entries.delete(key);
        // A session that cannot be released is left to the garbage collector; nobody waits for it.
        loaded?.release().catch(() => undefined);
      }
    }
    isOver = !isWithin();
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

const keyOf = (model: string, version: number) => `${model}/${version}`;

const memoryOf = (loaded: LoadedVersion | undefined) =>
  loaded === undefined ? 0 : versionMemory(loaded.sizeBytes);
