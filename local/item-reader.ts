import { NotFoundError } from "../core/errors.ts";
import { valueAt } from "../core/json-path.ts";
import type { ObjectStore } from "../core/ports/object-store.ts";

/** The `ItemReader` of a Distributed Map, but for its parameters. */
export interface ItemReader {
  readonly Resource: string;
  readonly ReaderConfig?: { readonly InputType?: string; readonly ItemsPointer?: string };
}

/** Reads the items of a Distributed Map: from one object, or one item for each object. */
export type ReadItems = (reader: ItemReader, parameters: unknown) => Promise<readonly unknown[]>;

/** Named as Step Functions names it. */
class ItemReaderFailedError extends Error {
  override readonly name = "States.ItemReaderFailed";
}

/**
 * Items as Step Functions reads them from a bucket: `s3:getObject` an array in a JSON object, at
 * `ItemsPointer` if there is one; `s3:listObjectsV2` one item for each object below `Prefix`, with its
 * `Key` and `Size`.
 *
 * Source: "ItemReader (Map)", AWS Step Functions developer guide.
 */
export function itemReader(store: Pick<ObjectStore, "get" | "list">): ReadItems {
  return async (reader, parameters) => {
    const { Key, Prefix = "" } = parameters as { Key?: string; Prefix?: string };
    if (reader.Resource.endsWith(":s3:listObjectsV2")) return listed(store, Prefix);
    if (reader.Resource.endsWith(":s3:getObject") && Key !== undefined) {
      return arrayIn(await objectText(store, Key), reader);
    }
    throw new ItemReaderFailedError(`${reader.Resource} is not read on this machine`);
  };
}

async function listed(store: Pick<ObjectStore, "list">, prefix: string) {
  const items: { readonly Key: string; readonly Size: number }[] = [];
  for await (const { key, sizeBytes } of store.list(prefix)) {
    items.push({ Key: key, Size: sizeBytes });
  }
  return items;
}

async function objectText(store: Pick<ObjectStore, "get">, key: string): Promise<string> {
  try {
    return new TextDecoder().decode(await store.get(key));
  } catch (cause) {
    if (!(cause instanceof NotFoundError)) throw cause;
    throw new ItemReaderFailedError(`there is no object ${key} to read items from`, { cause });
  }
}

function arrayIn(text: string, { ReaderConfig = {} }: ItemReader): readonly unknown[] {
  const { InputType = "JSON", ItemsPointer = "" } = ReaderConfig;
  if (InputType !== "JSON") {
    throw new ItemReaderFailedError(`items in ${InputType} are not read on this machine`);
  }
  const items = valueAt(JSON.parse(text), pointerSteps(ItemsPointer));
  if (Array.isArray(items)) return items;
  throw new ItemReaderFailedError(`at ${ItemsPointer || "its root"} the object has no array`);
}

/** RFC 6901: `~1` is a slash and `~0` a tilde. */
const pointerSteps = (pointer: string): readonly string[] =>
  pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
