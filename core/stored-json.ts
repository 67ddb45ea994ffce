import type { z } from "zod";
import { IntegrityError } from "./errors.ts";

/**
 * What a schema makes of a stored file of JSON.
 *
 * @param what the file in words, such as "run report"
 * @throws {IntegrityError} if it is no JSON, or not of that shape; names the first thing wrong.
 */
export function parseStored<Schema extends z.ZodType>(
  schema: Schema,
  bytes: Uint8Array,
  what: string,
): z.output<Schema> {
  const parsed = schema.safeParse(storedJson(bytes, what));
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw new IntegrityError(
    `stored ${what} is damaged at ${first?.path.join(".") || "its root"}: ${first?.message}`,
  );
}

/** The JSON of a stored file. @throws {IntegrityError} if it is none. */
export function storedJson(bytes: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new IntegrityError(`stored ${what} is not json`, { cause });
  }
}
