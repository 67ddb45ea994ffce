import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CheckedDefinition } from "../core/definition/model-definition.ts";

/** A model of this deployment, as `cli/bundle-definitions.ts` lists it in `index.json`. */
export interface DeployedModel {
  readonly model: string;
  readonly digest: string;
  /** Five-field cron expressions, UTC. */
  readonly schedules: { readonly training?: string; readonly monitoring?: string };
  readonly compute: CheckedDefinition["compute"];
}

/** Definitions of every model, bundled into one folder. */
export interface DefinitionsAsset {
  /** Holds `<model>/definition.json`, `<model>/code.mjs` and `index.json`. */
  readonly folder: string;
  readonly models: readonly DeployedModel[];
}

/** Bundles `models/*` into the folder. A child process does it: cdk imports neither engine nor cli. */
export function bundleDefinitions(root: string, folder: string): DefinitionsAsset {
  execFileSync(process.execPath, [join(root, "cli", "bundle-definitions.ts"), folder], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  return readDefinitionsAsset(folder);
}

/** @throws {Error} if `index.json` is not the list that `cli/bundle-definitions.ts` writes. */
export function readDefinitionsAsset(folder: string): DefinitionsAsset {
  const path = join(folder, "index.json");
  const models: unknown = JSON.parse(readFileSync(path, "utf8"));
  if (!Array.isArray(models) || !models.every(isDeployedModel)) {
    throw new Error(
      `${path} is no list of {model, digest, schedules, compute}; bundle the definitions again`,
    );
  }
  return { folder, models };
}

function isDeployedModel(value: unknown): value is DeployedModel {
  const { model, digest, schedules, compute } = (value ?? {}) as Partial<Record<string, unknown>>;
  return (
    typeof model === "string" &&
    typeof digest === "string" &&
    typeof schedules === "object" &&
    schedules !== null &&
    typeof compute === "object" &&
    compute !== null
  );
}
