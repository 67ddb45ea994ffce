import { ConflictError, InvalidInputError } from "../errors.ts";
import { type Canary, type Deployment, MOST_BESIDE, type Routing } from "./deployment.ts";
import { slotsFor } from "./slots.ts";

/** What a person asks for. */
export interface WantedRouting {
  /** Of each challenger, by version. */
  readonly challengers: readonly { readonly version: number; readonly share: number }[];
  readonly shadows: readonly number[];
}

/**
 * The routing after a person set challengers and shadows; a canary goes on.
 *
 * @param at now, ISO 8601
 * @throws {InvalidInputError} if a version has two places, there are too many, or the shares do not fit.
 */
export function withBeside(
  now: Deployment,
  { challengers, shadows }: WantedRouting,
  at: string,
): Routing {
  const several = { challengers, shadows };
  for (const [what, { length }] of Object.entries(several)) {
    if (length > MOST_BESIDE) {
      throw new InvalidInputError(`${length} ${what} are too many; give at most ${MOST_BESIDE}`);
    }
  }
  const places = [
    ...(now.champion === undefined ? [] : [[now.champion, "champion"] as const]),
    ...(now.canary ? [[now.canary.version, "canary"] as const] : []),
    ...challengers.map(({ version }) => [version, "challenger"] as const),
    ...shadows.map((version) => [version, "shadow"] as const),
  ];
  const seen = new Map<number, string>();
  for (const [version, place] of places) {
    const other = seen.get(version);
    if (other !== undefined) {
      throw new InvalidInputError(
        `version ${version} is ${other} already and cannot be ${place}; give each version one place`,
      );
    }
    seen.set(version, place);
  }
  return {
    challengers: slotsFor(challengers, now.challengers).map((slotted) => {
      const before = now.challengers.find(({ version }) => version === slotted.version);
      return { ...slotted, since: before?.share === slotted.share ? before.since : at };
    }),
    shadows,
    ...(now.canary && { canary: now.canary }),
  };
}

/**
 * The routing with a canary at its first or next share. As a shadow or challenger the version ends.
 *
 * @throws {ConflictError} if another rollout is under way, the version is champion, or there is none.
 */
export function withCanary(now: Deployment, canary: Canary): Routing {
  const { model, champion } = now;
  if (now.canary !== undefined && now.canary.rollout !== canary.rollout) {
    throw new ConflictError(
      `version ${now.canary.version} of ${model} is being rolled out by ${now.canary.rollout}; wait for its end, or roll it back`,
    );
  }
  if (champion === undefined) {
    throw new ConflictError(`${model} has no champion to be rolled out against; promote a version`);
  }
  if (champion === canary.version) {
    throw new ConflictError(`version ${champion} of ${model} is champion already`);
  }
  return { ...without(now, canary.version), canary };
}

/** The routing after the canary is over. */
export function withoutCanary({ challengers, shadows }: Routing): Routing {
  return { challengers, shadows };
}

/** The routing under a new champion: it has no other place, and a canary that it was is over. */
export function underChampion(now: Routing, champion: number): Routing {
  const { canary } = now;
  return {
    ...without(now, champion),
    ...(canary && canary.version !== champion && { canary }),
  };
}

const without = ({ challengers, shadows }: Routing, version: number): Routing => ({
  challengers: challengers.filter((challenger) => challenger.version !== version),
  shadows: shadows.filter((shadow) => shadow !== version),
});
