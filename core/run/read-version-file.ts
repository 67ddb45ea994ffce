import { IntegrityError } from "../errors.ts";
import type { ObjectStore } from "../ports/object-store.ts";
import { storageKeys } from "../storage-keys.ts";

/**
 * One file of a version, if it is the one that was registered.
 *
 * @param wantedSha256 of the manifest, what the registry has; of any other file, what the manifest has
 * @throws {NotFoundError} @throws {IntegrityError} if it has another digest
 */
export async function readVersionFile(
  deps: {
    readonly store: Pick<ObjectStore, "get">;
    readonly sha256: (bytes: Uint8Array) => string;
  },
  { model, version }: { readonly model: string; readonly version: number },
  name: string,
  wantedSha256: string | undefined,
): Promise<Uint8Array> {
  const key = `${storageKeys.version(model, version)}/${name}`;
  const bytes = await deps.store.get(key);
  const found = deps.sha256(bytes);
  if (found === wantedSha256) return bytes;
  throw new IntegrityError(`${key} has sha-256 ${found}, its record says ${wantedSha256}`);
}
