import type { StreamDefinition } from "../definition/stream-schema.ts";
import { TooLargeError } from "../errors.ts";
import { inParallel } from "../in-parallel.ts";
import type { EventOutcome } from "./add-events.ts";
import { streamCompiler } from "./compiled-stream.ts";
import { keyOfEvent } from "./entity-kind.ts";
import type { AddedEvents, FeatureStore, StreamEvent } from "./feature-store.ts";
import { entityPartition, type FeatureStoreDeps, headKey } from "./feature-store-deps.ts";
import type { NewEvent } from "./merge-events.ts";
import { type CompletenessCache, type ReadContext, readFeatures } from "./read-features.ts";
import { recentBlocks } from "./recent-blocks.ts";
import { type Head, headOf, type RecentHeads, recentHeads } from "./recent-heads.ts";
import {
  type Completeness,
  completenessKey,
  readCompleteness,
  setCompleteFrom,
} from "./stream-completeness.ts";
import { type EntityUpdate, updateEntity } from "./update-entity.ts";

/** Entities that are written at a time: enough to keep a database busy. */
const WRITES_AT_A_TIME = 100;
/** Events of tiles that are kept in memory: about 150 bytes each. */
const REMEMBERED_EVENTS = 400_000;
/** How long the record of a stream is believed. */
const RECORD_AGE_MS = 5_000;

/**
 * A store of features over items of bytes. The state of an entity is one item, its head: the events that
 * any feature of its kind can need, as they came. Entities with many events have older ones in tiles,
 * items that are never changed. Values are computed from the events when they are asked for, by the
 * declaration that asks: so versions of a stream's definition can read the same state.
 */
export function keyedFeatureStore(deps: FeatureStoreDeps): FeatureStore {
  const context: StoreContext = {
    ...deps,
    compiled: streamCompiler(),
    recent: recentBlocks(REMEMBERED_EVENTS),
    heads: recentHeads(deps.rememberedEvents ?? 0),
    completeness: completenessCache(deps),
  };
  return {
    read: async (requests) => (requests.length === 0 ? [] : readFeatures(context, requests)),
    add: (stream, events) => addToStore(context, stream, events),
    async setCompleteFrom(stream, timeMs) {
      await setCompleteFrom(context, stream, context.compiled(stream).kinds, timeMs);
      context.completeness.set(stream.name, await knownOf(context, stream));
    },
  };
}

interface StoreContext extends ReadContext {
  readonly heads: RecentHeads;
}

async function addToStore(
  context: StoreContext,
  stream: StreamDefinition,
  events: readonly StreamEvent[],
): Promise<AddedEvents> {
  const entities = await entitiesOf(context, stream, events);
  const heads = await headsOf(context, entities);
  const outcomes = new Map<NewEvent, EventOutcome>();
  const tooLarge: TooLargeError[] = [];
  await inParallel([...entities.entries()], WRITES_AT_A_TIME, async ([i, entity]) => {
    try {
      const found = await updateEntity(context, entity, heads[i]);
      for (const [place, event] of entity.events.entries()) {
        outcomes.set(event, worst(outcomes.get(event), found[place] as EventOutcome));
      }
    } catch (error) {
      if (!(error instanceof TooLargeError)) throw error;
      tooLarge.push(error);
    }
  });
  // The other entities have their events; given again, those are duplicates.
  if (tooLarge[0] !== undefined) throw tooLarge[0];
  const all = [...outcomes.values()];
  const duplicates = all.filter((outcome) => outcome === "duplicate").length;
  const tooLate = all.filter((outcome) => outcome === "tooLate").length;
  return { added: events.length - duplicates - tooLate, duplicates, tooLate };
}

/** As this writer remembers them, and the others as they are stored. */
async function headsOf(
  { items, heads }: StoreContext,
  entities: readonly EntityUpdate[],
): Promise<readonly (Head | undefined)[]> {
  const known = new Map(entities.map(({ partition }) => [partition, heads.get(partition)]));
  const unknown = [...known].flatMap(([partition, head]) =>
    head === undefined ? [partition] : [],
  );
  const found = await items.get(unknown.map(headKey), true);
  for (const [i, partition] of unknown.entries()) known.set(partition, headOf(found[i]));
  return entities.map(({ partition }) => known.get(partition));
}

/** Too late for one of its entities, else new to one of them, else a duplicate. */
function worst(before: EventOutcome | undefined, outcome: EventOutcome): EventOutcome {
  const both = [before, outcome];
  if (both.includes("tooLate")) return "tooLate";
  return both.includes("added") ? "added" : "duplicate";
}

async function entitiesOf(
  context: ReadContext,
  stream: StreamDefinition,
  events: readonly StreamEvent[],
): Promise<readonly EntityUpdate[]> {
  const known = context.completeness.get(stream.name) ?? (await knownOf(context, stream));
  context.completeness.set(stream.name, known);
  const fields = Object.keys(stream.fields);
  const kept = events.map(({ id, timeMs, values }): NewEvent => {
    const given = fields.map((field) => [field, values[field] ?? null] as const);
    return { timeMs, idHash: context.idHash(id), values: Object.fromEntries(given) };
  });
  return context.compiled(stream).kinds.flatMap((kind): readonly EntityUpdate[] => {
    const keptMs = Math.max(kind.keptMs, known[kind.name]?.keptMs ?? 0);
    const byKey = Map.groupBy(kept.keys(), (i) => keyOfEvent(kind, events[i] as StreamEvent));
    return [...byKey].flatMap(([key, places]): readonly EntityUpdate[] => {
      if (key === undefined) return [];
      const partition = entityPartition(stream.name, kind.name, key, context.digest);
      return [{ partition, kind, keptMs, events: places.map((i) => kept[i] as NewEvent) }];
    });
  });
}

async function knownOf(
  { items }: Pick<FeatureStoreDeps, "items">,
  stream: StreamDefinition,
): Promise<Completeness> {
  const [item] = await items.get([completenessKey(stream.name)], true);
  return readCompleteness(item);
}

function completenessCache({ clock }: Pick<FeatureStoreDeps, "clock">): CompletenessCache {
  const known = new Map<string, { readonly value: Completeness; readonly untilMs: number }>();
  return {
    get(stream) {
      const entry = known.get(stream);
      return entry && clock() < entry.untilMs ? entry.value : undefined;
    },
    set(stream, value) {
      known.set(stream, { value, untilMs: clock() + RECORD_AGE_MS });
    },
  };
}
