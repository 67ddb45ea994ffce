import type { Window } from "../../core/drift/prediction-counts.ts";
import { windowHours } from "../../core/drift/window-hours.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { storageKeys } from "../../core/storage-keys.ts";

/** Downloads at a time: enough to hide the store's latency, few enough not to be throttled. */
const PARALLEL = 16;

/** Paths on this machine of the logged predictions whose hour touches the window, in key order. */
export async function windowFiles(
  store: Pick<ObjectStore, "list" | "localPath">,
  model: string,
  window: Window,
): Promise<readonly string[]> {
  const keys: string[] = [];
  for (const { date, hour } of windowHours(window)) {
    const anyFile = storageKeys.predictions(model, date, hour, "*");
    for await (const { key } of store.list(anyFile.slice(0, anyFile.indexOf("*")))) {
      if (key.endsWith(".parquet")) keys.push(key);
    }
  }
  const paths: string[] = [];
  for (let first = 0; first < keys.length; first += PARALLEL) {
    const some = keys.slice(first, first + PARALLEL).map((key) => store.localPath(key));
    paths.push(...(await Promise.all(some)));
  }
  return paths;
}
