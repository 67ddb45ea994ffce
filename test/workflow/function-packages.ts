import { execFile } from "node:child_process";
import { globSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, "..", "..");

/** Native packages, which a function finds in its layers. */
const LAYERS = {
  "onnxruntime-node": join(ROOT, "layers", "onnxruntime", "from-layer.cjs"),
  "@duckdb/node-api": join(ROOT, "layers", "duckdb", "from-layer.cjs"),
};

/** Where functions find what comes to them by a layer on Lambda. */
export const LAYER_PATH = join(ROOT, "node_modules");

export interface FunctionPackages {
  /** A function's package by the name of its folder. */
  readonly pathOf: (name: string) => string;
  /** What runs one, as Lambda's own runtime does. */
  readonly runtime: string;
}

/**
 * Bundles every function's `index.ts` as `cdk/constructs/platform-function.ts` does, all at once, with
 * the definitions of a folder of models beside `register-definitions`.
 */
export async function functionPackages(
  folder: string,
  modelsFolder: string,
): Promise<FunctionPackages> {
  const entries = globSync("functions/*/index.ts", { cwd: ROOT });
  const names = entries.map((entry) => basename(dirname(entry)));
  await build({
    entryPoints: {
      ...Object.fromEntries(
        names.map((name) => [`${name}/index`, join(ROOT, "functions", name, "index.ts")]),
      ),
      runtime: join(import.meta.dirname, "lambda-process.ts"),
    },
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    alias: LAYERS,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    mainFields: ["module", "main"],
    minify: true,
    keepNames: true,
    banner: {
      js: 'import{createRequire as createRequireForBundle}from"node:module";const require=createRequireForBundle(import.meta.url);',
    },
    logLevel: "warning",
  });
  await run(process.execPath, [
    join(ROOT, "cli", "bundle-definitions.ts"),
    join(folder, "register-definitions", "definitions"),
    modelsFolder,
  ]);
  const pathOf = (name: string) => {
    if (!names.includes(name)) throw new Error(`there is no folder functions/${name}`);
    return join(folder, name, "index.mjs");
  };
  return { pathOf, runtime: join(folder, "runtime.mjs") };
}
