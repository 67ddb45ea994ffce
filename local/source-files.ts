import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import type { StoredDefinition } from "../core/definition/model-definition.ts";
import type { StreamDefinition } from "../core/definition/stream-schema.ts";
import { NotFoundError } from "../core/errors.ts";
import type { ObjectStore } from "../core/ports/object-store.ts";
import { storageKeys } from "../core/storage-keys.ts";
import type { GeneratedFiles } from "./generated-files.ts";

/** Where files are copied to, and what makes those that programs write. */
export interface CopyDeps {
  readonly store: ObjectStore;
  readonly generated: Pick<GeneratedFiles, "pathOf">;
}

/**
 * Puts the source files that a definition says where to find into the store, as an upload does on
 * AWS. A file that is there already stays.
 *
 * @param folder the model's own folder, which relative paths start from
 * @throws {NotFoundError} if a file is not where the definition says
 * @throws {InvalidInputError} if a program that is to write a file fails
 */
export async function copySources(
  deps: CopyDeps,
  { name: model, source }: StoredDefinition,
  folder: string,
): Promise<void> {
  for (const { name, from } of source.files) {
    const key = storageKeys.source(model, name);
    const missing = `source file ${name} of model ${model} is not at ${from}; correct source.files in its model.ts`;
    await copyFile(deps, { key, name, from, folder, missing });
  }
}

/**
 * As `copySources`, for the past of a stream.
 *
 * @param folder that holds the stream's definition
 */
export async function copyHistory(
  deps: CopyDeps,
  { name: stream, history }: StreamDefinition,
  folder: string,
): Promise<void> {
  for (const { name, from } of history?.files ?? []) {
    const key = storageKeys.streamHistory(stream, name);
    const missing = `history file ${name} of stream ${stream} is not at ${from}; correct its history.files`;
    await copyFile(deps, { key, name, from, folder, missing });
  }
}

async function copyFile(
  { store, generated }: CopyDeps,
  file: {
    readonly key: string;
    readonly name: string;
    readonly from: string | undefined;
    readonly folder: string;
    /** What is said where there is no such file. */
    readonly missing: string;
  },
): Promise<void> {
  const { key, name, from, folder, missing } = file;
  if (from === undefined || (await store.head(key)) !== undefined) return;
  const program = /^module:(.+)$/.exec(from)?.[1];
  const path =
    program === undefined
      ? sourcePath(from, folder)
      : await generated.pathOf(resolve(folder, program), name);
  await store.putFile(key, path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== "ENOENT") throw cause;
    throw new NotFoundError(missing, { cause });
  });
}

/** `npm:<package>/<path>` lies in node_modules; anything else is relative to the folder. */
function sourcePath(from: string, folder: string): string {
  const [, packageName, path] = /^npm:((?:@[^/]+\/)?[^/]+)\/(.+)$/.exec(from) ?? [];
  if (packageName === undefined || path === undefined) return resolve(folder, from);
  // not by require.resolve: most packages do not export their package.json
  const folders = createRequire(import.meta.url).resolve.paths(packageName) ?? [];
  const installed = folders.find((modules) => existsSync(join(modules, packageName)));
  return join(installed ?? "node_modules", packageName, path);
}
