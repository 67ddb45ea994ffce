import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { DefinitionBundle } from "../../core/definition/definition-digest.ts";
import { InvalidInputError } from "../../core/errors.ts";
import { bundleDefinition } from "./bundle-definition.ts";

/** A bundled definition and the folder that it was written in. */
export interface ModelProject {
  readonly folder: string;
  readonly bundle: DefinitionBundle;
}

/**
 * Every model project below a folder: each subfolder that holds a `model.ts`, in order of name.
 *
 * @throws {InvalidInputError} if there is no such folder, or a definition is wrong, or two have the
 *   same name
 */
export async function findModels(modelsFolder: string): Promise<readonly ModelProject[]> {
  const entries = await readdir(modelsFolder, { withFileTypes: true }).catch((cause: Error) => {
    throw new InvalidInputError(`the folder of models cannot be read: ${cause.message}`, { cause });
  });
  const folders = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(modelsFolder, entry.name))
    .sort();
  const projects: ModelProject[] = [];
  for (const folder of folders) {
    if (!(await readdir(folder)).includes("model.ts")) continue;
    projects.push({ folder, bundle: await bundleDefinition(join(folder, "model.ts")) });
  }
  checkNames(projects);
  return projects;
}

function checkNames(projects: readonly ModelProject[]): void {
  const folderOf = new Map<string, string>();
  for (const { folder, bundle } of projects) {
    const { name } = bundle.definition;
    const other = folderOf.get(name);
    if (other !== undefined) {
      throw new InvalidInputError(
        `two models have the name ${JSON.stringify(name)}: ${other} and ${folder}; rename one`,
      );
    }
    folderOf.set(name, folder);
  }
}
