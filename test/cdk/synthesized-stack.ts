import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { readDefinitionsAsset } from "../../cdk/definitions-asset.ts";
import type { NativeLayer } from "../../cdk/layer-folders.ts";
import { readSettings, type Settings } from "../../cdk/settings.ts";
import { MillraceStack } from "../../cdk/stacks/millrace-stack.ts";

const fixtures = join(import.meta.dirname, "fixtures");
const { context } = JSON.parse(
  readFileSync(join(import.meta.dirname, "..", "..", "cdk.json"), "utf8"),
);

export interface SynthesisOptions {
  /** @default false: functions are not bundled */
  readonly bundling?: boolean;
  /** @default - a folder that stands for a layer */
  readonly layers?: Readonly<Record<NativeLayer, string>>;
  /** Made by `cli/bundle-definitions.ts`. @default - two that stand for a deployment's */
  readonly definitions?: string;
  /** Where the cloud assembly goes. @default - a temporary folder */
  readonly outdir?: string;
}

/** An app with the flags of `cdk.json` and of the CDK CLI. */
export const testApp = ({ bundling = false, outdir }: SynthesisOptions = {}): App =>
  new App({
    ...(outdir && { outdir }),
    context: {
      ...context,
      "aws:cdk:enable-path-metadata": true,
      "aws:cdk:enable-asset-metadata": true,
      ...(!bundling && { "aws:cdk:bundling-stacks": [] }),
    },
  });

export interface SynthesizedStack {
  readonly app: App;
  readonly stack: MillraceStack;
  readonly template: Template;
}

/** The stack as it is deployed, but for its functions' code, the layers and the models. */
export function synthesizedStack(
  settings: Partial<Settings> = {},
  options: SynthesisOptions = {},
): SynthesizedStack {
  const app = testApp(options);
  const layer = join(fixtures, "layer");
  const stack = new MillraceStack(app, "millrace-test", {
    settings: { ...readSettings((key) => context[key]), ...settings },
    layerFolders: options.layers ?? { onnxruntime: layer, duckdb: layer },
    definitions: readDefinitionsAsset(options.definitions ?? join(fixtures, "definitions")),
    gitCommit: "0123456789abcdef0123456789abcdef01234567",
  });
  return { app, stack, template: Template.fromStack(stack) };
}

export interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  // biome-ignore lint/suspicious/noExplicitAny: CloudFormation's properties, looked at by tests only
  readonly Properties: any;
  readonly Metadata?: { readonly "aws:cdk:path"?: string; readonly "aws:asset:path"?: string };
}

/** Resources of a type by their path in the construct tree, without the stack's name. */
export function resourcesOf(template: Template, type: string): ReadonlyMap<string, Resource> {
  const resources: Resource[] = Object.values(template.findResources(type)) as Resource[];
  return new Map(
    resources.map((resource) => [
      (resource.Metadata?.["aws:cdk:path"] ?? "").split("/").slice(1).join("/"),
      resource,
    ]),
  );
}
