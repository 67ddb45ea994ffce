import { z } from "zod";
import type { StoredDefinition } from "../definition/model-definition.ts";
import type { ObjectStore } from "../ports/object-store.ts";

const bytes = z.int().min(0);

const plannedObjectSchema = z
  .strictObject({
    /** Below `sources/<model>/`. */
    name: z.string().min(1),
    key: z.string().min(1),
    sizeBytes: bytes,
    /** Changes when the object's bytes do. */
    etag: z.string().min(1),
    /** Where the store keeps versions. */
    versionId: z.string().min(1).exactOptional(),
  })
  .readonly();

/** One object of a source as it was when the run began. */
export type PlannedObject = z.output<typeof plannedObjectSchema>;

const shardSchema = z
  .strictObject({
    /** Place of its first object in `objects`. */
    first: z.int().min(0),
    objects: z.int().min(1),
    sizeBytes: bytes,
  })
  .readonly();

/** Objects that are read by one function, one after another. */
export type Shard = z.output<typeof shardSchema>;

const plannedEventsSchema = z
  .strictObject({
    stream: z.string().min(1),
    /** A history file, or a file of events that came in. */
    key: z.string().min(1),
    sizeBytes: bytes,
    etag: z.string().min(1),
    versionId: z.string().min(1).exactOptional(),
  })
  .readonly();

/** One object of a stream's past as it was when the run began. */
export type PlannedEvents = z.output<typeof plannedEventsSchema>;

/** `sources.json` of a run: the objects that it reads, fixed when it begins, and who reads which. */
export const sourcePlanSchema = z
  .strictObject({
    model: z.string(),
    runId: z.string(),
    objects: z.array(plannedObjectSchema).min(1).readonly(),
    shards: z.array(shardSchema).min(1).readonly(),
    /** The past of the streams that aggregates are made of; absent without such, and in older plans. */
    events: z.array(plannedEventsSchema).readonly().exactOptional(),
  })
  .readonly();
export type SourcePlan = z.output<typeof sourcePlanSchema>;

export interface PlanRequest {
  readonly store: Pick<ObjectStore, "get" | "put" | "list" | "identify">;
  readonly definition: StoredDefinition;
  readonly runId: string;
}

/**
 * The objects that a run reads: fixed by the first task that asks, and the same for every other one,
 * whatever comes to lie in the bucket meanwhile.
 *
 * @throws {NotFoundError} if a file of the definition is not in the store, or nothing lies below its prefix.
 */
export type PlanSources = (request: PlanRequest) => Promise<SourcePlan>;

/** Most bytes of a shard, unless one object alone has more: a function reads them in about a minute. */
const SHARD_BYTES = 128 * 1024 ** 2;
/** Most objects of a shard: each costs a request or two and a query, however small it is. */
const SHARD_OBJECTS = 32;

/** Groups objects in their order: as many as fit into a shard, so that few functions read many small ones. */
export function planShards(objects: readonly Pick<PlannedObject, "sizeBytes">[]): readonly Shard[] {
  const shards: Shard[] = [];
  for (const [first, { sizeBytes }] of objects.entries()) {
    const last = shards.at(-1);
    const fits =
      last !== undefined &&
      last.objects < SHARD_OBJECTS &&
      last.sizeBytes + sizeBytes <= SHARD_BYTES;
    if (!fits) shards.push({ first, objects: 1, sizeBytes });
    else {
      const { objects, sizeBytes: before } = last;
      shards[shards.length - 1] = {
        first: last.first,
        objects: objects + 1,
        sizeBytes: before + sizeBytes,
      };
    }
  }
  return shards;
}

/**
 * Whether an object below a prefix is a file of rows: folder markers, and names that begin with a dot
 * or an underscore (`_SUCCESS`, `.DS_Store`), which programs leave beside their data, are not.
 */
export function isSourceObject(key: string): boolean {
  const name = key.slice(key.lastIndexOf("/") + 1);
  return name !== "" && !name.startsWith(".") && !name.startsWith("_");
}
