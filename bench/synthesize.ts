import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

/** A function as it is deployed. */
export interface DeployedFunction {
  /** The construct's id, such as `Predict`. */
  readonly name: string;
  /** Where its bundle lies. */
  readonly folder: string;
  /** Where the packages of its layers lie, for NODE_PATH. */
  readonly layers: readonly string[];
  /** Names of the variables it is deployed with, and their values as far as they are plain text. */
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface Synthesis {
  readonly seconds: number;
  readonly functions: readonly DeployedFunction[];
  remove(): Promise<void>;
}

interface Resource {
  readonly Type: string;
  readonly Properties?: {
    readonly Layers?: readonly { readonly Ref: string }[];
    readonly Environment?: { readonly Variables: Readonly<Record<string, unknown>> };
  };
  readonly Metadata?: { readonly "aws:asset:path"?: string; readonly "aws:cdk:path"?: string };
}

/** Synthesizes the app as `cdk synth` does, into an empty folder: every function is bundled anew. */
export async function synthesize(): Promise<Synthesis> {
  const folder = await mkdtemp(join(tmpdir(), "millrace-assembly-"));
  const cdk = resolve("node_modules/aws-cdk/bin/cdk");
  const startedAt = performance.now();
  await promisify(execFile)(process.execPath, [cdk, "synth", "--quiet", "--output", folder], {
    maxBuffer: 64 * 1024 * 1024,
  });
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
  return {
    seconds,
    functions: functionsOf(folder),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function functionsOf(assembly: string): readonly DeployedFunction[] {
  const { Resources } = JSON.parse(
    readFileSync(join(assembly, "millrace-dev.template.json"), "utf8"),
  ) as { readonly Resources: Readonly<Record<string, Resource>> };
  const assetOf = (resource: Resource | undefined) =>
    join(assembly, resource?.Metadata?.["aws:asset:path"] ?? "");
  return Object.values(Resources)
    .filter(({ Type }) => Type === "AWS::Lambda::Function")
    .filter(({ Metadata }) => !Metadata?.["aws:cdk:path"]?.includes("AWSCDK."))
    .map((fn) => ({
      name: fn.Metadata?.["aws:cdk:path"]?.split("/").at(-2) ?? "",
      folder: assetOf(fn),
      layers: (fn.Properties?.Layers ?? []).map(({ Ref }) =>
        join(assetOf(Resources[Ref]), "nodejs", "node_modules"),
      ),
      variables: fn.Properties?.Environment?.Variables ?? {},
    }));
}
