import type { Slotted } from "./slots.ts";

/** How a version came to score a request. Only a shadow does not answer it. */
export const ROUTES = ["champion", "challenger", "canary", "pinned", "shadow", "fallback"] as const;
export type Route = (typeof ROUTES)[number];

/** A version that is compared with the champion. */
export interface Challenger extends Slotted {
  /** ISO 8601: since when it has this share. */
  readonly since: string;
}

/** A version that takes over step by step: `state-machines/rollout.asl.json` moves it on. */
export interface Canary {
  readonly version: number;
  /** Of what the challengers leave, above 0 and at most 1. */
  readonly share: number;
  /** Which step of its rollout it is at, from 0. */
  readonly step: number;
  /** Name of the execution that moves it. */
  readonly rollout: string;
  /** ISO 8601: when it had its first share, and when its present one. */
  readonly startedAt: string;
  readonly since: string;
}

/** Which versions beside the champion see a model's traffic, and how much of it. */
export interface Routing {
  /** Each has its share for as long as it is compared. */
  readonly challengers: readonly Challenger[];
  /** Versions that score every request and answer none. */
  readonly shadows: readonly number[];
  readonly canary?: Canary;
}

/** Which versions see a model's traffic. */
export interface Deployment extends Routing {
  readonly model: string;
  /** The alias: it has the rest of the traffic. Absent before the first promotion. */
  readonly champion?: number;
  /** Grows with each change of the routing; 0 where there was none yet. */
  readonly revision: number;
}

/** A model that only its champion answers. */
export const NO_ROUTING: Routing = { challengers: [], shadows: [] };

/** Largest number of challengers, and of shadows: each is loaded wherever the champion is. */
export const MOST_BESIDE = 5;

/** Every version that sees traffic, each once: the champion first. */
export function versionsOf({
  champion,
  canary,
  challengers,
  shadows,
}: Routing & {
  readonly champion?: number;
}): readonly number[] {
  const named = [champion, canary?.version, ...challengers.map((c) => c.version), ...shadows];
  return [...new Set(named.filter((version) => version !== undefined))];
}
