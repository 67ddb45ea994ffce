import { UnavailableError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Registry } from "../registry/registry.ts";
import { chooseVersion } from "../routing/choose-version.ts";
import type { Deployment, Route } from "../routing/deployment.ts";
import type { LoadedVersion } from "./loaded-version.ts";
import { type TrialVersions, trialVersions } from "./trial-versions.ts";
import type { Lease, VersionCache } from "./version-cache.ts";

/** A version lent to answer a request. */
export interface RoutedVersion {
  readonly lease: Lease;
  readonly route: Route;
  /** Version that was to answer and could not be loaded, so that the champion answers for it. */
  readonly insteadOf?: number;
}

/** Which version answers, known without asking the registry each time. */
export interface DeploymentCache {
  /**
   * @param keyOf what the request is routed by, asked only where there is a choice. @default the champion
   * @throws {NotFoundError} if there is no such model.
   * @throws {UnavailableError} if it has no champion yet.
   * @throws {IntegrityError} if the champion is broken and none served before it.
   */
  acquire(model: string, keyOf?: (champion: LoadedVersion) => string): Promise<RoutedVersion>;
  /** Versions that score what another answered. */
  shadows(model: string): readonly number[];
  /** The champion, if it is loaded here. */
  champion(model: string): LoadedVersion | undefined;
  /** Whether a version of the model was loaded here: its name is real, not a caller's invention. */
  isServing(model: string): boolean;
}

export interface DeploymentCacheOptions {
  readonly registry: Pick<Registry, "deployment" | "model">;
  readonly versions: VersionCache;
  readonly clock: Clock;
  /** Runs work that no request waits for. */
  readonly afterAnswer: (task: () => Promise<void>) => void;
  /** Told why a refresh failed while the version before it keeps serving, or a version on trial did not load. */
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
  /** The version that was loaded as champion last: it may have been forgotten since, and is loaded again. */
  champion: number | undefined;
  /** As it was last read; absent where only the champion sees traffic. */
  deployment: Deployment | undefined;
  readonly trials: TrialVersions;
  /** Why nothing can be served. Means something only without `champion`. */
  error: unknown;
  checkedAt: number;
  /** A renewal under way, never more than one. */
  renewing: Promise<void> | undefined;
  /** True where requests wait for it. */
  isAwaited: boolean;
}

/** Most names remembered that no version serves: they come from callers. */
const MOST_UNSERVED = 1_000;

const NO_SHADOWS: readonly number[] = [];

/**
 * Deployments with the versions that they name, renewed behind the answer: the champion before serves
 * until the new one is loaded, checked and warm, so that a promotion costs no request anything. A new
 * champion that does not load changes nothing. Challengers and the canary are loaded behind the answer
 * only; until then, and where one does not load, the champion answers. Only versions on trial are kept
 * loaded: a champion that nobody asks may be forgotten, and the next request loads it again.
 */
export function deploymentCache(options: DeploymentCacheOptions): DeploymentCache {
  const { registry, versions, clock, afterAnswer, onRefreshFailure } = options;
  const { freshMs = 2_000, staleMs = 10_000 } = options;
  const entries = new Map<string, Entry>();
  const served = new Set<string>();

  return {
    async acquire(model, keyOf) {
      const entry = entries.get(model) ?? addEntry(model);
      const age = clock() - entry.checkedAt;
      if (entry.champion === undefined) {
        if (age >= freshMs) await renewInFront(entry);
      } else if (age >= staleMs) {
        await renewInFront(entry);
      } else if (age >= freshMs && entry.renewing === undefined) {
        afterAnswer(() => renewIfOld(entry));
      }
      if (entry.champion === undefined) throw entry.error;
      const { champion } = entry;
      const lease = versions.loaded(model, champion) ?? (await versions.acquire(model, champion));
      const { deployment, trials } = entry;
      if (deployment === undefined || keyOf === undefined) return { lease, route: "champion" };
      return chosen(deployment, lease, trials, keyOf);
    },
    shadows: (model) => entries.get(model)?.deployment?.shadows ?? NO_SHADOWS,
    champion: (model) => {
      const champion = entries.get(model)?.champion;
      const lease = champion === undefined ? undefined : versions.loaded(model, champion);
      lease?.giveBack();
      return lease?.version;
    },
    isServing: (model) => served.has(model),
  };

  function addEntry(model: string): Entry {
    if (entries.size - served.size >= MOST_UNSERVED) forgetUnserved();
    const entry: Entry = {
      model,
      champion: undefined,
      deployment: undefined,
      trials: trialVersions({
        acquire: (version) => versions.acquire(model, version),
        onFailure: (error) => onRefreshFailure(model, error),
      }),
      error: undefined,
      checkedAt: Number.NEGATIVE_INFINITY,
      renewing: undefined,
      isAwaited: false,
    };
    entries.set(model, entry);
    return entry;
  }

  function forgetUnserved(): void {
    for (const [key, entry] of entries) {
      if (entry.champion === undefined && entry.renewing === undefined) entries.delete(key);
    }
  }

  /** Waits, unless a renewal runs behind other requests already: then what serves goes on serving. */
  async function renewInFront(entry: Entry): Promise<void> {
    if (entry.renewing === undefined) {
      entry.isAwaited = true;
      startRenewal(entry);
    }
    if (entry.isAwaited || entry.champion === undefined) await entry.renewing;
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
      const deployment = await registry.deployment(entry.model);
      const champion = await championOf(deployment);
      const { challengers, shadows, canary } = deployment;
      const isAlone = challengers.length + shadows.length === 0 && canary === undefined;
      // What left the deployment answers nothing from here on; what is new is loaded behind the answer.
      entry.deployment = isAlone ? undefined : deployment;
      const load = entry.trials.set(triedBy(deployment));
      await takeUp(entry, champion);
      if (load === undefined) return;
      if (entry.isAwaited) afterAnswer(load);
      else await load();
    } catch (error) {
      entry.error = error;
      if (entry.champion !== undefined) onRefreshFailure(entry.model, error);
    }
  }

  async function takeUp(entry: Entry, version: number): Promise<void> {
    if (version === entry.champion) return;
    const lease = await versions.acquire(entry.model, version);
    entry.champion = version;
    served.add(entry.model);
    lease.giveBack();
  }

  async function championOf({ model, champion }: Deployment): Promise<number> {
    if (champion !== undefined) return champion;
    // Throws NotFoundError where the model itself is unknown.
    await registry.model(model);
    throw new UnavailableError(`model ${model} has no champion yet; promote a version`, {
      retryAfterSeconds: 5,
      isPublic: true,
    });
  }
}

/** Versions that answer some requests in the champion's place. */
const triedBy = ({ champion, canary, challengers }: Deployment): readonly number[] =>
  [...(canary ? [canary.version] : []), ...challengers.map(({ version }) => version)].filter(
    (version) => version !== champion,
  );

/** @param champion lent for the request; given back where another version answers it */
function chosen(
  deployment: Deployment,
  champion: Lease,
  trials: TrialVersions,
  keyOf: (champion: LoadedVersion) => string,
): RoutedVersion {
  const { challengers, canary } = deployment;
  if (challengers.length === 0 && canary === undefined)
    return { lease: champion, route: "champion" };
  const choice = chooseVersion(deployment, keyOf(champion.version));
  const trial = choice && trials.get(choice.version);
  if (choice && trial?.lease) {
    champion.giveBack();
    return { lease: trial.lease.share(), route: choice.route };
  }
  if (choice && trial?.hasFailed) {
    return { lease: champion, route: "champion", insteadOf: choice.version };
  }
  return { lease: champion, route: "champion" };
}
