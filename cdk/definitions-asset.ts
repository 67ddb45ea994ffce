import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ArchivedModel } from "../core/archive/archive-tables.ts";
import type { CheckedDefinition } from "../core/definition/model-definition.ts";
import type { Serving } from "../core/definition/serving-schema.ts";

/** A model of this deployment, as `cli/bundle-definitions.ts` lists it in `index.json`. */
export interface DeployedModel {
  readonly model: string;
  readonly digest: string;
  /** Five-field cron expressions, UTC. */
  readonly schedules: {
    readonly training?: string;
    readonly monitoring?: string;
    readonly batch?: { readonly cron: string; readonly prefix: string };
  };
  readonly compute: CheckedDefinition["compute"];
  /** Whether files that come to lie in its source start a run; absent: no. */
  readonly newData?: boolean;
  /** Size of the model's own function, where it has one. */
  readonly ownFunction?: NonNullable<Serving["function"]>;
  /** What the model's graph sees. */
  readonly inputs: ArchivedModel["inputs"];
}

/** Definitions of every model, bundled into one folder. */
export interface DefinitionsAsset {
  /** Holds `<model>/definition.json`, `<model>/code.mjs` and `index.json`. */
  readonly folder: string;
  readonly models: readonly DeployedModel[];
}

/**
 * Bundles the definitions of models. A child process does it: cdk imports neither engine nor cli.
 *
 * @param models folder of one folder a model, each with its `model.ts`
 * @param folder where the bundles go; what it holds is removed first
 */
export function bundleDefinitions(models: string, folder: string): DefinitionsAsset {
  const script = join(import.meta.dirname, "..", "cli", "bundle-definitions.ts");
  execFileSync(process.execPath, [script, folder, models], {
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
      `${path} is no list of {model, digest, schedules, compute, inputs}; bundle the definitions again`,
    );
  }
  return { folder, models };
}

function isDeployedModel(value: unknown): value is DeployedModel {
  const { model, digest, schedules, compute, inputs } = (value ?? {}) as Partial<
    Record<string, unknown>
  >;
  return (
    typeof model === "string" &&
    typeof digest === "string" &&
    typeof schedules === "object" &&
    schedules !== null &&
    typeof compute === "object" &&
    compute !== null &&
    Array.isArray(inputs)
  );
}
