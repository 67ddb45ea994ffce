import { cpSync } from "node:fs";
import { join } from "node:path";
import { AssetHashType, DockerImage } from "aws-cdk-lib";
import { type AssetCode, Code } from "aws-cdk-lib/aws-lambda";
import { buildSync } from "esbuild";
import type { NativeLayer } from "./layer-folders.ts";

const ROOT = join(import.meta.dirname, "..");

/** The package that each layer holds, and the file that stands for it in a bundle. */
const FROM_LAYER: Readonly<Record<NativeLayer, readonly [packageName: string, file: string]>> = {
  onnxruntime: ["onnxruntime-node", join(ROOT, "layers", "onnxruntime", "from-layer.cjs")],
  duckdb: ["@duckdb/node-api", join(ROOT, "layers", "duckdb", "from-layer.cjs")],
};

/** Bundled CommonJS packages call `require`, which an ES module does not have. */
const REQUIRE =
  'import{createRequire as createRequireForBundle}from"node:module";const require=createRequireForBundle(import.meta.url);';

export interface FunctionCodeProps {
  /** Folder below `functions/`. */
  readonly name: string;
  /** What the code finds in layers; anything native that is in none fails the build. */
  readonly layers: readonly NativeLayer[];
  /**
   * Folders that lie beside the bundle, by the name that they have there.
   *
   * @default - none
   */
  readonly folders?: Readonly<Record<string, string>> | undefined;
}

/**
 * `functions/<name>/index.ts` and everything that it imports, as one ES module.
 *
 * esbuild is called in this process: `NodejsFunction` starts it through npx, which takes longer than the
 * build of a function. Nothing is built for a stack that the CDK CLI was not asked for.
 */
export function functionCode({ name, layers, folders = {} }: FunctionCodeProps): AssetCode {
  return Code.fromAsset(join(ROOT, "functions", name), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry("none: functions are built without Docker"),
      // CDK builds what is equal once; what is done locally it cannot compare, these it does.
      environment: { layers: layers.join(), ...folders },
      local: {
        tryBundle: (outputDir) => {
          bundle(name, layers, outputDir);
          for (const [folder, from] of Object.entries(folders)) {
            cpSync(from, join(outputDir, folder), { recursive: true });
          }
          return true;
        },
      },
    },
  });
}

function bundle(name: string, layers: readonly NativeLayer[], outputDir: string): void {
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: [join(ROOT, "functions", name, "index.ts")],
    outfile: join(outputDir, "index.mjs"),
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    mainFields: ["module", "main"],
    alias: Object.fromEntries(layers.map((layer) => FROM_LAYER[layer])),
    banner: { js: REQUIRE },
    minify: true,
    // Errors are named by literals, but middy and powertools read function names.
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
    logLevel: "warning",
  });
}
