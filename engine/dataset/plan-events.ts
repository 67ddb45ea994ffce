import type { PlannedEvents, PlanRequest } from "../../core/dataset/source-plan.ts";
import { aggregateColumns } from "../../core/definition/aggregate-columns.ts";
import { inParallel } from "../../core/in-parallel.ts";
import { storageKeys } from "../../core/storage-keys.ts";

/** Objects that are asked about at a time. */
const PARALLEL = 16;

/**
 * The past of the streams that a definition's aggregates are made of, as the store has it now: history
 * in its order, then the events that came in. A history file that is missing is left out: it fails the
 * run where it is read, if it is.
 */
export async function planEvents({
  store,
  definition,
}: Pick<PlanRequest, "store" | "definition">): Promise<readonly PlannedEvents[]> {
  const wanted: { readonly stream: string; readonly key: string }[] = [];
  const streams = new Map(
    aggregateColumns(definition).map(({ stream }) => [stream.name, stream] as const),
  );
  for (const { name: stream, history } of streams.values()) {
    for (const { name } of history?.files ?? []) {
      wanted.push({ stream, key: storageKeys.streamHistory(stream, name) });
    }
    for await (const { key } of store.list(storageKeys.streamArrivals(stream))) {
      wanted.push({ stream, key });
    }
  }
  const found = await inParallel(wanted, PARALLEL, async ({ stream, key }) => {
    const identity = await store.identify(key);
    return identity ? [{ stream, ...identity }] : [];
  });
  return found.flat();
}
