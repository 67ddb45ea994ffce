import type { Lease } from "./version-cache.ts";

/** A version that answers in the champion's place, as far as it is loaded. */
export interface TrialVersion {
  /** Absent until it is loaded. */
  readonly lease?: Lease;
  /** Whether loading it failed the last time. */
  readonly hasFailed: boolean;
}

/** The challengers and the canary of one model. */
export interface TrialVersions {
  get(version: number): TrialVersion | undefined;
  /**
   * Makes these the versions; others are given back at once.
   *
   * @returns loads those that are not loaded yet; `undefined` where all are. Never fails.
   */
  set(versions: readonly number[]): (() => Promise<void>) | undefined;
}

/** Versions that are loaded behind answers; what does not load is told, and tried again at the next `set`. */
export function trialVersions({
  acquire,
  onFailure,
}: {
  readonly acquire: (version: number) => Promise<Lease>;
  readonly onFailure: (error: unknown) => void;
}): TrialVersions {
  const known = new Map<number, TrialVersion>();

  const load = async (version: number) => {
    try {
      const lease = await acquire(version);
      const before = known.get(version);
      // It may have left the deployment meanwhile, or another load been quicker.
      if (before === undefined || before.lease !== undefined) lease.giveBack();
      else known.set(version, { lease, hasFailed: false });
    } catch (error) {
      if (known.has(version)) known.set(version, { hasFailed: true });
      onFailure(error);
    }
  };

  return {
    get: (version) => known.get(version),
    set(versions) {
      for (const [version, { lease }] of known) {
        if (versions.includes(version)) continue;
        known.delete(version);
        lease?.giveBack();
      }
      for (const version of versions) {
        if (!known.has(version)) known.set(version, { hasFailed: false });
      }
      const missing = versions.filter((version) => known.get(version)?.lease === undefined);
      if (missing.length === 0) return undefined;
      return async () => {
        await Promise.all(missing.map(load));
      };
    },
  };
}
