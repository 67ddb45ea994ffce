import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ACCOUNT, REGION } from "./cloud.ts";
import { contextOf, type Release } from "./releases.ts";
import { succeeded } from "./run-cdk.ts";
import { STACK, type TemplateResource } from "./stack.ts";
import type { World } from "./step.ts";

/** Logical id of the function that cannot be created. */
export const CANNOT_BE_CREATED = "CannotBeCreated";

const FUNCTION = "AWS::Lambda::Function";
const METADATA = "AWS::CDK::Metadata";
const NO_SUCH_LAYER = `arn:aws:lambda:${REGION}:${ACCOUNT}:layer:no-such-layer:1`;

/**
 * Synthesizes the app, then adds a function to the template whose layer does not exist: Lambda refuses
 * it, when everything else has been made or changed.
 *
 * @returns the assembly's folder, for `cdk deploy --app`
 */
export async function synthesizeBroken({ cdk, folder }: World, release: Release): Promise<string> {
  const assembly = join(folder, release.gitCommit);
  succeeded(await cdk("synth", "--quiet", "--output", assembly, ...contextOf(release)));
  const file = join(assembly, `${STACK}.template.json`);
  const template = JSON.parse(readFileSync(file, "utf8"));
  const resources: Readonly<Record<string, TemplateResource>> = template.Resources;
  const sound = Object.values(resources).find(({ Type }) => Type === FUNCTION);
  if (!sound) throw new Error("the template has no function");
  template.Resources[CANNOT_BE_CREATED] = {
    Type: FUNCTION,
    // Last of all, so that the rest has been done and must be undone.
    DependsOn: Object.keys(resources).filter((id) => resources[id]?.Type !== METADATA),
    Properties: { ...sound.Properties, Layers: [NO_SUCH_LAYER] },
  };
  writeFileSync(file, JSON.stringify(template));
  return assembly;
}
