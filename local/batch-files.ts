import { basename, isAbsolute } from "node:path";
import { InvalidInputError, NotFoundError } from "../core/errors.ts";
import type { ObjectStore } from "../core/ports/object-store.ts";
import { batchFiles, storageKeys } from "../core/storage-keys.ts";

/**
 * Puts files of this machine into a batch, as an upload does on AWS, each under its own name.
 *
 * @param paths absolute
 * @throws {InvalidInputError} if a path is relative, or two files have the same name
 * @throws {NotFoundError} if a file is not there
 * @throws {ConflictError} if the batch has another file of that name
 */
export async function addToBatch(
  store: Pick<ObjectStore, "putFile">,
  { model, name }: { readonly model: string; readonly name: string },
  paths: readonly string[],
): Promise<void> {
  const names = paths.map((path) => basename(path));
  for (const [i, path] of paths.entries()) {
    if (!isAbsolute(path)) throw new InvalidInputError(`files[${i}] must be absolute, got ${path}`);
    if (names.indexOf(basename(path)) !== i) {
      throw new InvalidInputError(`two files are named ${names[i]}; rename one of them`);
    }
  }
  for (const path of paths) {
    const key = `${storageKeys.batch(model, name)}/${batchFiles.input}${basename(path)}`;
    await store.putFile(key, path).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== "ENOENT" && cause.code !== "EISDIR") throw cause;
      throw new NotFoundError(`there is no file ${path} to predict`, { cause });
    });
  }
}
