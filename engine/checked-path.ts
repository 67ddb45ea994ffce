import { IntegrityError } from "../core/errors.ts";
import type { ObjectStore } from "../core/ports/object-store.ts";
import { fileSha256 } from "./file-sha256.ts";

/**
 * Path of a stored object on this machine, its bytes found to be those that its record names.
 *
 * @param wanted digest, and what to do if the object has another one
 * @throws {NotFoundError} @throws {IntegrityError}
 */
export async function checkedPath(
  store: Pick<ObjectStore, "localPath">,
  key: string,
  wanted: { readonly sha256: string; readonly remedy: string },
): Promise<string> {
  const path = await store.localPath(key);
  const found = await fileSha256(path);
  if (found === wanted.sha256) return path;
  throw new IntegrityError(
    `${key} has sha-256 ${found}, its manifest says ${wanted.sha256}; ${wanted.remedy}`,
  );
}
