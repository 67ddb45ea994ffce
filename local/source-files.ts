import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import type { StoredDefinition } from "../core/definition/model-definition.ts";
import { NotFoundError } from "../core/errors.ts";
import type { ObjectStore } from "../core/ports/object-store.ts";
import { storageKeys } from "../core/storage-keys.ts";

/**
 * Puts the source files that a definition says where to find into the store, as an upload does on
 * AWS. A file that is there already stays.
 *
 * @param folder the model's own folder, which relative paths start from
 * @throws {NotFoundError} if a file is not where the definition says
 */
export async function copySources(
  store: ObjectStore,
  definition: StoredDefinition,
  folder: string,
): Promise<void> {
  for (const { name, from } of definition.source.files) {
    const key = storageKeys.source(definition.name, name);
    if (from === undefined || (await store.head(key)) !== undefined) continue;
    const path = sourcePath(from, folder);
    await store.putFile(key, path).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== "ENOENT") throw cause;
      throw new NotFoundError(
        `source file ${name} of model ${definition.name} is not at ${from}; correct source.files in its model.ts`,
        { cause },
      );
    });
  }
}

/** `npm:<package>/<path>` lies in node_modules; anything else is relative to the model's folder. */
function sourcePath(from: string, folder: string): string {
  const [, packageName, path] = /^npm:((?:@[^/]+\/)?[^/]+)\/(.+)$/.exec(from) ?? [];
  if (packageName === undefined || path === undefined) return resolve(folder, from);
  // not by require.resolve: most packages do not export their package.json
  const folders = createRequire(import.meta.url).resolve.paths(packageName) ?? [];
  const installed = folders.find((modules) => existsSync(join(modules, packageName)));
  return join(installed ?? "node_modules", packageName, path);
}
