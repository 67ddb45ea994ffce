import { canonicalJson } from "../../core/canonical-json.ts";
import {
  isSourceObject,
  type PlannedObject,
  type PlanRequest,
  planShards,
  type SourcePlan,
  sourcePlanSchema,
} from "../../core/dataset/source-plan.ts";
import { ConflictError, DataContractError, NotFoundError } from "../../core/errors.ts";
import { inParallel } from "../../core/in-parallel.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { storageKeys } from "../../core/storage-keys.ts";
import { parseStored } from "../../core/stored-json.ts";
import { planEvents } from "./plan-events.ts";

/** Objects that are asked about at a time. */
const PARALLEL = 16;

/** Plans by what the store lists now, unless the run has its plan. */
export async function planSources(request: PlanRequest): Promise<SourcePlan> {
  const { store, definition, runId } = request;
  const known = await storedPlan(request);
  if (known) return known;
  const objects = await sourceObjects(request);
  const events = await planEvents(request);
  const plan: SourcePlan = {
    ...{ model: definition.name, runId, objects, shards: planShards(objects) },
    ...(events.length > 0 && { events }),
  };
  try {
    await store.put(storageKeys.sourcePlan(definition.name, runId), canonicalJson(plan));
    return plan;
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    return (await storedPlan(request)) ?? plan;
  }
}

/** `undefined` before the plan is made. */
async function storedPlan(request: PlanRequest): Promise<SourcePlan | undefined> {
  const { store, definition, runId } = request;
  try {
    const bytes = await store.get(storageKeys.sourcePlan(definition.name, runId));
    return parseStored(sourcePlanSchema, bytes, `source plan of run ${runId}`);
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

/** The files of the definition in their order, then those below its prefix in the order of their keys. */
async function sourceObjects({
  store,
  definition,
}: PlanRequest): Promise<readonly PlannedObject[]> {
  const { name: model, source } = definition;
  const names = new Set(source.files.map(({ name }) => name));
  if (source.prefix !== undefined) {
    for (const name of await namesBelow(store, model, source.prefix)) names.add(name);
  }
  const found = await inParallel([...names], PARALLEL, async (name) => {
    const key = storageKeys.source(model, name);
    const identity = await store.identify(key);
    return identity ? { name, ...identity } : name;
  });
  const missing = found.filter((object) => typeof object === "string");
  if (missing.length > 0) throw missingFiles(model, missing);
  return found.filter((object) => typeof object !== "string");
}

async function namesBelow(
  store: PlanRequest["store"],
  model: string,
  prefix: string,
): Promise<readonly string[]> {
  const root = storageKeys.source(model, "");
  const names: string[] = [];
  for await (const { key } of store.list(`${root}${prefix}`)) {
    if (isSourceObject(key)) names.push(key.slice(root.length));
  }
  if (names.length > 0) return names;
  throw new NotFoundError(
    `nothing lies below source prefix ${prefix} of model ${model}; store its files under ${root}${prefix}`,
  );
}

function missingFiles(model: string, [first = "", ...others]: readonly string[]): NotFoundError {
  const key = storageKeys.source(model, first);
  const more = others.length === 0 ? "" : `; ${others.length} more are missing: ${shown(others)}`;
  return new NotFoundError(
    `source file ${first} of model ${model} is missing; store it under ${key}${more}`,
  );
}

const shown = (names: readonly string[]) =>
  [...names.slice(0, 5), ...(names.length > 5 ? ["…"] : [])].join(", ");

/**
 * Path of a planned object on this machine, its bytes those that were planned.
 *
 * @throws {DataContractError} if it was replaced or removed since the run began.
 */
export async function plannedPath(
  store: Pick<ObjectStore, "localPath">,
  { key, name, etag }: Pick<PlannedObject, "key" | "name" | "etag">,
  kind = "source file",
): Promise<string> {
  try {
    return await store.localPath(key, etag);
  } catch (cause) {
    const what = `${kind} ${name} (${key})`;
    const remedy = "start the run again, and leave objects that a run reads as they are";
    if (cause instanceof NotFoundError) {
      throw new DataContractError(`${what} was removed since the run began; ${remedy}`, { cause });
    }
    if (cause instanceof ConflictError) {
      throw new DataContractError(`${what} was replaced since the run began; ${remedy}`, { cause });
    }
    throw cause;
  }
}
