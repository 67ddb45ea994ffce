import { UnavailableError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { AliasName } from "../registry/records.ts";
import type { Registry } from "../registry/registry.ts";
import type { Lease, VersionCache } from "./version-cache.ts";

/** Which version answers for an alias, known without asking the registry each time. */
export interface AliasCache {
  /**
   * @throws {NotFoundError} if there is no such model.
   * @throws {UnavailableError} if the alias points nowhere yet.
   * @throws {IntegrityError} if its version is broken and none served before it.
   */
  acquire(model: string, alias: AliasName): Promise<Lease>;
  /** Whether a version of the model is loaded here: its name is real, not a caller's invention. */
  isServing(model: string): boolean;
}

export interface AliasCacheOptions {
  readonly registry: Pick<Registry, "aliases" | "model">;
  readonly versions: VersionCache;
  readonly clock: Clock;
  /** Runs work that no request waits for. */
  readonly afterAnswer: (task: () => Promise<void>) => void;
  /** Told why a refresh failed while the version before it keeps serving. */
  readonly onRefreshFailure: (model: string, error: unknown) => void;
  /** Younger knowledge is used as it is. @default 2 s */
  readonly freshMs?: number;
  /**
   * Older knowledge is renewed before it is used: a function that was frozen for an hour must not
   * answer with the champion of an hour ago. Between the two it is renewed behind the answer.
   * @default 10 s
   */
  readonly staleMs?: number;
}

interface Entry {
  readonly model: string;
  readonly alias: AliasName;
  serving: Lease | undefined;
  /** Why nothing can be served. Means something only without `serving`. */
  error: unknown;
  checkedAt: number;
  /** A renewal under way, never more than one. */
  renewing: Promise<void> | undefined;
  /** True where requests wait for it. */
  isAwaited: boolean;
}

/** Most aliases remembered, unknown models' included: names come from callers. */
const MOST_ENTRIES = 1_000;

/**
 * Aliases with the versions they point at, renewed behind the answer: the version before serves until
 * the new one is loaded, checked and warm, so that a promotion costs no request anything. A new
 * version that does not load changes nothing.
 */
export function aliasCache(options: AliasCacheOptions): AliasCache {
  const { registry, versions, clock, afterAnswer, onRefreshFailure } = options;
  const { freshMs = 2_000, staleMs = 10_000 } = options;
  const entries = new Map<string, Entry>();
  const served = new Set<string>();

  return {
    async acquire(model, alias) {
      const entry = entries.get(`${model}/${alias}`) ?? addEntry(model, alias);
      const age = clock() - entry.checkedAt;
      if (entry.serving === undefined) {
        if (age >= freshMs) await renewInFront(entry);
      } else if (age >= staleMs) {
        await renewInFront(entry);
      } else if (age >= freshMs && entry.renewing === undefined) {
        afterAnswer(() => renewIfOld(entry));
      }
      if (entry.serving === undefined) throw entry.error;
      return entry.serving.share();
    },
    isServing: (model) => served.has(model),
  };

  function addEntry(model: string, alias: AliasName): Entry {
    if (entries.size >= MOST_ENTRIES) forgetUnserved();
    const entry: Entry = {
      model,
      alias,
      serving: undefined,
      error: undefined,
      checkedAt: Number.NEGATIVE_INFINITY,
      renewing: undefined,
      isAwaited: false,
    };
    entries.set(`${model}/${alias}`, entry);
    return entry;
  }

  function forgetUnserved(): void {
    for (const [key, entry] of entries) {
      if (entry.serving === undefined && entry.renewing === undefined) entries.delete(key);
    }
  }

  /** Waits, unless a renewal runs behind other requests already: then what serves goes on serving. */
  async function renewInFront(entry: Entry): Promise<void> {
    if (entry.renewing === undefined) {
      entry.isAwaited = true;
      startRenewal(entry);
    }
    if (entry.isAwaited || entry.serving === undefined) await entry.renewing;
  }

  async function renewIfOld(entry: Entry): Promise<void> {
    // Of many requests that found it old, the first one's task renews it.
    if (entry.renewing !== undefined || clock() - entry.checkedAt < freshMs) return;
    entry.isAwaited = false;
    startRenewal(entry);
    await entry.renewing;
  }

  function startRenewal(entry: Entry): void {
    entry.renewing = renew(entry).finally(() => {
      entry.checkedAt = clock();
      entry.renewing = undefined;
    });
  }

  async function renew(entry: Entry): Promise<void> {
    try {
      const version = await versionOf(entry);
      if (version === entry.serving?.version.version) return;
      const before = entry.serving;
      entry.serving = await versions.acquire(entry.model, version);
      served.add(entry.model);
      before?.giveBack();
    } catch (error) {
      entry.error = error;
      if (entry.serving !== undefined) onRefreshFailure(entry.model, error);
    }
  }

  async function versionOf({ model, alias }: Entry): Promise<number> {
    const aliases = await registry.aliases(model);
    const found = aliases.find((record) => record.alias === alias);
    if (found !== undefined) return found.version;
    // Throws NotFoundError where the model itself is unknown.
    await registry.model(model);
    throw new UnavailableError(`model ${model} has no ${alias} yet; promote a version`, {
      retryAfterSeconds: 5,
      isPublic: true,
    });
  }
}
