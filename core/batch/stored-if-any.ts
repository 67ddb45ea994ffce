import type { z } from "zod";
import { NotFoundError } from "../errors.ts";
import type { ObjectStore } from "../ports/object-store.ts";
import { parseStored } from "../stored-json.ts";

/**
 * What a schema makes of a stored file of JSON; `undefined` where there is none.
 *
 * @throws {IntegrityError} if it is damaged.
 */
export async function storedIfAny<Schema extends z.ZodType>(
  store: Pick<ObjectStore, "get">,
  key: string,
  schema: Schema,
): Promise<z.output<Schema> | undefined> {
  try {
    return parseStored(schema, await store.get(key), key);
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}
