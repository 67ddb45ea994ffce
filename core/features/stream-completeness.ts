import { z } from "zod";
import { durationMs } from "../definition/duration.ts";
import type { StreamDefinition } from "../definition/stream-schema.ts";
import { UnavailableError } from "../errors.ts";
import type { EntityKind } from "./entity-kind.ts";
import type { FeatureItem, FeatureItemKey } from "./feature-items.ts";
import type { FeatureStoreDeps } from "./feature-store-deps.ts";
import { CLOCK_SKEW_MS } from "./retention.ts";

/** How long the state of an entity outlives its last use, before it may be deleted. */
export const GRACE_MS = durationMs("30d");

const MAX_CONFLICTS = 60;

const kindSchema = z.strictObject({
  /** The state of entities of this kind holds every event from this time on. */
  completeFromMs: z.number(),
  /** When that was first said, by the wall clock. */
  sinceMs: z.number(),
  /** How long events are kept at least. */
  keptMs: z.number(),
});
const recordSchema = z.record(z.string(), kindSchema);

/** From when on the state of each kind of entity of a stream is complete. */
export type Completeness = z.output<typeof recordSchema>;

export const completenessKey = (stream: string): FeatureItemKey => ({
  partition: `STREAM#${stream}`,
  sort: "COMPLETE",
});

export function readCompleteness(item: FeatureItem | undefined): Completeness {
  if (item === undefined) return {};
  return recordSchema.parse(JSON.parse(new TextDecoder().decode(item.bytes)));
}

/**
 * From when on no event of an entity is missing, by what is known of its stream: Infinity if that is
 * not known. An entity without state may have had one that time to live has deleted; then the events
 * of as long as states live are none for certain.
 */
export function completeFrom(
  known: Completeness[string] | undefined,
  hasState: boolean,
  nowMs: number,
): number {
  if (known === undefined) return Number.POSITIVE_INFINITY;
  const livesMs = known.keptMs + GRACE_MS;
  if (hasState || nowMs < known.sinceMs + livesMs) return known.completeFromMs;
  return Math.max(known.completeFromMs, nowMs - livesMs + CLOCK_SKEW_MS);
}

/** Says that the kinds of entities of a stream are complete from a time on, unless they were earlier. */
export async function setCompleteFrom(
  { items, clock, pause }: FeatureStoreDeps,
  stream: StreamDefinition,
  kinds: readonly (Pick<EntityKind, "name"> & { readonly keptMs: number })[],
  timeMs: number,
): Promise<void> {
  const key = completenessKey(stream.name);
  for (let attempt = 0; attempt < MAX_CONFLICTS; attempt++) {
    const [item] = await items.get([key], true);
    const before = readCompleteness(item);
    const ofKinds = kinds.map(({ name, keptMs }) => {
      const known = before[name];
      return [
        name,
        {
          completeFromMs: Math.min(timeMs, known?.completeFromMs ?? timeMs),
          sinceMs: known?.sinceMs ?? clock(),
          keptMs: Math.max(keptMs, known?.keptMs ?? 0),
        },
      ] as const;
    });
    const bytes = new TextEncoder().encode(
      JSON.stringify({ ...before, ...Object.fromEntries(ofKinds) }),
    );
    const write = { key, bytes, replaces: item?.version, expiresAtMs: undefined };
    if ((await items.put(write)) !== undefined) return;
    await pause(attempt);
  }
  throw new UnavailableError(
    `the record of stream ${stream.name} was changed by others ${MAX_CONFLICTS} times; try again later`,
  );
}
