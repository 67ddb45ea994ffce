import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { canonicalJson } from "../../core/canonical-json.ts";
import { combineStreams, type FoundStream } from "../../core/definition/combine-streams.ts";
import { parseStream } from "../../core/definition/parse-stream.ts";
import type { StreamDefinition } from "../../core/definition/stream-schema.ts";
import { InvalidInputError } from "../../core/errors.ts";
import { sha256 } from "../sha256.ts";
import type { ModelProject } from "./find-models.ts";

/** A stream ready to be registered. */
export interface StreamBundle {
  readonly definition: StreamDefinition;
  /** SHA-256 of its canonical JSON. */
  readonly digest: string;
}

/**
 * Every stream: of each file `<stream>.ts` in a folder, which exports `stream`, and those that models
 * read. In order of name.
 *
 * @param featuresFolder need not be there
 * @throws {InvalidInputError} if a definition is wrong, or two files declare a stream or a feature of one
 *   name differently
 */
export async function findStreams(
  featuresFolder: string,
  projects: readonly ModelProject[],
): Promise<readonly StreamBundle[]> {
  const files = await filesOf(featuresFolder);
  const declared = await Promise.all(files.map(loadStream));
  const read = projects.flatMap(({ folder, bundle }) =>
    (bundle.definition.streams ?? []).map((stream) => ({
      from: join(folder, "model.ts"),
      stream,
    })),
  );
  return combineStreams([...declared, ...read]).map((definition) => ({
    definition,
    digest: sha256(canonicalJson(definition)),
  }));
}

/** Where streams are declared, by where models are: the folder beside theirs. */
export const featuresFolderOf = (modelsFolder: string): string =>
  join(modelsFolder, "..", "features");

async function filesOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(folder, entry.name))
    .sort();
}

async function loadStream(path: string): Promise<FoundStream> {
  const module = await importFile(path);
  if (module.stream === undefined) {
    throw new InvalidInputError(`${path} does not export a const named stream; export one`);
  }
  return { from: path, stream: parseStream(module.stream) };
}

/** Whatever the file throws is its author's to correct. */
async function importFile(path: string): Promise<{ readonly stream?: unknown }> {
  try {
    return await import(pathToFileURL(path).href);
  } catch (cause) {
    throw new InvalidInputError(`${path} cannot be loaded: ${String(cause)}`, { cause });
  }
}
