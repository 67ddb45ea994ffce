import { type AnswerOrTiles, answerFeature } from "./answer-feature.ts";
import type { CompiledFeature } from "./compiled-feature.ts";
import type { CompiledStream } from "./compiled-stream.ts";
import { entityKindName, keyOfRequest } from "./entity-kind.ts";
import { decodeState, type EntityState, NO_STATE } from "./entity-state.ts";
import type { EventBlock } from "./event-block.ts";
import type { FeatureAnswer, FeatureRequest } from "./feature-store.ts";
import { entityPartition, type FeatureStoreDeps, headKey } from "./feature-store-deps.ts";
import { readTiles, type TilePlace } from "./read-tiles.ts";
import type { RecentBlocks } from "./recent-blocks.ts";
import {
  type Completeness,
  completeFrom,
  completenessKey,
  readCompleteness,
} from "./stream-completeness.ts";

/** What the answers of a store have in common. */
export interface ReadContext extends FeatureStoreDeps {
  readonly compiled: (stream: FeatureRequest["stream"]) => CompiledStream;
  readonly recent: RecentBlocks;
  readonly completeness: CompletenessCache;
}

/** Records of streams that are young enough to be used. */
export interface CompletenessCache {
  get(stream: string): Completeness | undefined;
  set(stream: string, known: Completeness): void;
}

/** One feature asked of one entity. */
interface Lookup {
  readonly stream: string;
  readonly kind: string;
  readonly partition: string;
  readonly compiled: CompiledFeature | undefined;
  readonly atMs: number;
}

interface States {
  /** By partition; undefined where an entity has none. */
  readonly entities: ReadonlyMap<string, EntityState | undefined>;
  /** By name of the stream. */
  readonly records: ReadonlyMap<string, Completeness>;
}

type Tiles = ReadonlyMap<string, EventBlock | "lost">;

/**
 * Answers of the store. One read gets all that most entities have; a second one gets the tiles of
 * entities with many events, unless they are known from before. Only if a writer has replaced one of
 * them in between, state and tiles are read again.
 */
export async function readFeatures(
  context: ReadContext,
  requests: readonly FeatureRequest[],
): Promise<readonly FeatureAnswer[]> {
  const lookups = requests.map((request) => lookupOf(context, request));
  const states = await readStates(context, lookups, false);
  const first = lookups.map((lookup) => answer(context, lookup, states, new Map()));
  const places = placesOf(lookups, first);
  if (places.length === 0) return first.map(settled);

  const tiles = await readTiles(context.items, context.recent, places);
  if (![...tiles.values()].includes("lost")) {
    return lookups.map((lookup) => settled(answer(context, lookup, states, tiles)));
  }
  const newer = await readStates(context, lookups, true);
  const again = lookups.map((lookup) => answer(context, lookup, newer, new Map()));
  const newerTiles = await readTiles(context.items, context.recent, placesOf(lookups, again));
  return lookups.map((lookup) => settled(answer(context, lookup, newer, newerTiles)));
}

function lookupOf(context: ReadContext, request: FeatureRequest): Lookup {
  const { stream, featureName, key, atMs } = request;
  const compiled = context.compiled(stream).features.get(featureName);
  const entity = compiled?.feature.entity ?? [];
  const kind = entityKindName({ entity });
  const text = keyOfRequest(entity, key);
  const partition = entityPartition(stream.name, kind, text, context.digest);
  return { stream: stream.name, kind, partition, compiled, atMs };
}

/** The state of each entity, and with the same call the records of streams that are not known. */
async function readStates(
  { items, completeness }: ReadContext,
  lookups: readonly Lookup[],
  isConsistent: boolean,
): Promise<States> {
  const partitions = [...new Set(lookups.map(({ partition }) => partition))];
  const records = new Map<string, Completeness>();
  for (const { stream } of lookups) {
    const known = completeness.get(stream);
    if (known) records.set(stream, known);
  }
  const names = [...new Set(lookups.map(({ stream }) => stream))];
  const unknown = names.filter((name) => !records.has(name));
  const keys = [...partitions.map(headKey), ...unknown.map(completenessKey)];
  const found = await items.get(keys, isConsistent);
  for (const [i, name] of unknown.entries()) {
    const known = readCompleteness(found[partitions.length + i]);
    completeness.set(name, known);
    records.set(name, known);
  }
  const states = partitions.map((partition, i) => {
    const item = found[i];
    return [partition, item && decodeState(item.bytes)] as const;
  });
  return { entities: new Map(states), records };
}

function answer(
  { clock }: ReadContext,
  { stream, kind, partition, compiled, atMs }: Lookup,
  { entities, records }: States,
  tiles: Tiles,
): AnswerOrTiles {
  if (compiled === undefined) return { unavailable: `stream ${stream} has no such feature` };
  const state = entities.get(partition);
  const known = records.get(stream)?.[kind];
  const { completeFromMs } = state ?? NO_STATE;
  return answerFeature(compiled, atMs, {
    state: state ?? NO_STATE,
    completeFromMs: Math.max(completeFromMs, completeFrom(known, state !== undefined, clock())),
    tile: (id) => tiles.get(id),
  });
}

const placesOf = (
  lookups: readonly Lookup[],
  answers: readonly AnswerOrTiles[],
): readonly TilePlace[] =>
  lookups.flatMap(({ partition }, i) => {
    const { needsTiles } = answers[i] as { readonly needsTiles?: readonly string[] };
    return (needsTiles ?? []).map((id) => ({ partition, id }));
  });

/** Every tile that was needed has been read by now. */
const settled = (found: AnswerOrTiles): FeatureAnswer => found as FeatureAnswer;
