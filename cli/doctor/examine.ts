import { findModels } from "../../engine/definition/find-models.ts";
import { fileObjectStore } from "../../local/file-object-store.ts";
import { homePaths } from "../../local/local-environment.ts";
import { type Client, RefusedError } from "../client.ts";
import { deployedRegistry, deployedStore, describeDeployment } from "../deployment.ts";
import type { Settings } from "../settings.ts";
import { deploymentChecks } from "./deployment-checks.ts";
import { deploymentProbes } from "./deployment-probes.ts";
import { examine, type Finding } from "./finding.ts";
import { localChecks } from "./local-checks.ts";
import { localProbes, localRegistryView } from "./local-probes.ts";
import { modelChecks } from "./model-checks.ts";

/** Looks at this machine and at the platform on it. */
export async function examineLocal(
  client: Client,
  ownSettings: Settings,
): Promise<readonly Finding[]> {
  const settings = { ...ownSettings, home: (await homeOf(client)) ?? ownSettings.home };
  const models = modelChecks({
    registry: localRegistryView(client),
    store: fileObjectStore(homePaths.objects(settings.home)),
    ownDefinitions: () => definitionsIn(settings.modelsFolder),
    howToRegister: "start the platform again (npm start): it registers what it finds",
    howToTrain: (model) => `millrace train ${model}`,
  });
  const own = await examine(localChecks(localProbes(client, settings)));
  const isRunning = own.some(({ check, state }) => check === "platform" && state === "ok");
  // without a platform nothing can be asked about models, and nothing more is to be said
  return isRunning ? [...own, ...(await examine(models))] : own.filter(isOfMachine);
}

/** Where the platform that answers keeps everything; `undefined` if none does. */
async function homeOf({ call }: Client): Promise<string | undefined> {
  const answer = await call("GET", "/api/platform").catch(refused);
  return (answer as { readonly home?: string } | undefined)?.home;
}

/** That no platform answers is a finding of its own. */
function refused(error: unknown): undefined {
  if (!(error instanceof RefusedError)) throw error;
}

const isOfMachine = ({ check }: Finding) => check !== "endpoint";

/**
 * Looks at a deployment.
 *
 * @throws {RefusedError} if there is no such stack, or it may not be looked at
 */
export async function examineDeployment(
  stack: string,
  region: string | undefined,
  { modelsFolder }: Settings,
): Promise<readonly Finding[]> {
  const deployment = await describeDeployment(stack, region);
  const registry = deployedRegistry(deployment);
  const models = modelChecks({
    registry,
    store: deployedStore(deployment),
    ownDefinitions: () => definitionsIn(modelsFolder),
    howToRegister: "deploy (npx cdk deploy)",
    howToTrain: () => "upload its source and start the training state machine: see docs/deploy.md",
  });
  return examine([...deploymentChecks(deploymentProbes(deployment, registry)), ...models]);
}

async function definitionsIn(modelsFolder: string) {
  const projects = await findModels(modelsFolder);
  return projects.map(({ bundle: { definition, digest } }) => ({ model: definition.name, digest }));
}
