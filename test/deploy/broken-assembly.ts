import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { contextOf, type Release } from "./releases.ts";
import { type Cdk, succeeded } from "./run-cdk.ts";
import { STACK, type TemplateResource } from "./stack.ts";

/** Logical id of the function that cannot be created. */
export const CANNOT_BE_CREATED = "CannotBeCreated";

/**
 * Synthesizes the app, then adds a function to the template whose package is not in the assets bucket:
 * Lambda refuses it when everything else is there or changed.
 *
 * @returns the assembly's folder, for `cdk deploy --app`
 */
export async function synthesizeBroken(
  cdk: Cdk,
  folder: string,
  release: Release,
): Promise<string> {
  const assembly = join(folder, release.gitCommit);
  succeeded(await cdk("synth", "--quiet", "--output", assembly, ...contextOf(release)));
  const file = join(assembly, `${STACK}.template.json`);
  const template = JSON.parse(readFileSync(file, "utf8"));
  const resources: Record<string, TemplateResource> = template.Resources;
  const functions = Object.entries(resources).filter(([, { Type }]) => Type === FUNCTION);
  const [, model] = functions[0] ?? [];
  if (!model) throw new Error("the template has no function");
  template.Resources[CANNOT_BE_CREATED] = {
    Type: FUNCTION,
    // Last of all, so that the rest has been done and must be undone.
    DependsOn: Object.keys(resources).filter((id) => resources[id]?.Type !== METADATA),
    Properties: { ...model.Properties, Code: withoutPackage(model) },
  };
  writeFileSync(file, JSON.stringify(template));
  return assembly;
}

const FUNCTION = "AWS::Lambda::Function";
const METADATA = "AWS::CDK::Metadata";

const withoutPackage = ({ Properties }: TemplateResource) => ({
  ...(Properties?.Code as object),
  S3Key: "no-such-package.zip",
});
