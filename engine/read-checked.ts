import { IntegrityError } from "../core/errors.ts";
import type { ObjectStore } from "../core/ports/object-store.ts";
import { sha256 } from "./sha256.ts";

/**
 * The bytes of a stored object, if they are those that its record names.
 *
 * @throws {NotFoundError} @throws {IntegrityError} if the bytes have another digest, or the record
 *   names none.
 */
export async function readChecked(
  store: Pick<ObjectStore, "get">,
  key: string,
  wantedSha256: string | undefined,
): Promise<Uint8Array> {
  const bytes = await store.get(key);
  const found = sha256(bytes);
  if (found === wantedSha256) return bytes;
  throw new IntegrityError(`${key} has sha-256 ${found}, its record says ${wantedSha256}`);
}
