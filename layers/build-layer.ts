import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { type LayerArchitecture, type LayerName, layerRecipe } from "./layer-recipes.ts";
import { packageFolder } from "./package-folder.ts";

export interface BuildLayerOptions {
  readonly layer: LayerName;
  readonly architecture: LayerArchitecture;
  /** Repository's root: `node_modules` and the lock file lie there. */
  readonly root: string;
  /** Becomes the layer: `nodejs/node_modules/…` below it, as Lambda unpacks it into /opt. */
  readonly outDir: string;
}

export interface BuiltLayer {
  readonly outDir: string;
  readonly sizeBytes: number;
  /** Files below `outDir`, in code-unit order. */
  readonly files: readonly string[];
  /** True where the layer stood there already, made by the same recipe from the same packages. */
  readonly reused: boolean;
}

/**
 * A pruned copy of the layer's packages. The same packages give the same bytes, modes and names, so
 * that CDK's asset hash stays what it was.
 *
 * @throws {Error} if a kept pattern matches no file, a package's version is not the lock file's, or the
 *   layer is over its budget.
 */
export function buildLayer(options: BuildLayerOptions): BuiltLayer {
  const { layer, architecture, root, outDir } = options;
  const recipe = layerRecipe(layer, architecture);
  const stampPath = `${outDir}.json`;
  const stamp = stampOf(options);
  if (existsSync(outDir) && existsSync(stampPath)) {
    const built = JSON.parse(readFileSync(stampPath, "utf8"));
    if (built.stamp === stamp) return { ...built.layer, outDir, reused: true };
  }

  const building = `${outDir}.building`;
  rmSync(building, { recursive: true, force: true });
  const files: string[] = [];
  let sizeBytes = 0;
  for (const { name, keep, isPlatformSpecific = false } of recipe.packages) {
    const from = packageFolder({ root, name, isPlatformSpecific });
    for (const file of keptFiles(from, keep, name)) {
      const target = join("nodejs", "node_modules", name, file);
      copyWithPlainMode(join(from, file), join(building, target));
      files.push(target);
      sizeBytes += statSync(join(building, target)).size;
    }
  }
  if (sizeBytes > recipe.budgetBytes) {
    throw new Error(
      `layer ${layer} for ${architecture} has ${sizeBytes} bytes, its budget is ${recipe.budgetBytes}; prune layers/layer-recipes.ts`,
    );
  }

  rmSync(outDir, { recursive: true, force: true });
  renameSync(building, outDir);
  const built = { sizeBytes, files: files.sort() };
  writeFileSync(stampPath, JSON.stringify({ stamp, layer: built }));
  return { ...built, outDir, reused: false };
}

/** Changes whenever the recipe or a version in the lock file does. */
function stampOf({ layer, architecture, root }: BuildLayerOptions): string {
  const recipe = layerRecipe(layer, architecture);
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const locked = recipe.packages.map(
    ({ name }) => lock.packages[`node_modules/${name}`]?.integrity,
  );
  return createHash("sha256").update(JSON.stringify({ recipe, locked })).digest("hex");
}

function keptFiles(folder: string, patterns: readonly string[], name: string): readonly string[] {
  const files = new Set<string>();
  for (const pattern of patterns) {
    const matches = globSync(pattern, { cwd: folder }).filter((file) =>
      statSync(join(folder, file)).isFile(),
    );
    // Not every package ships its licence as a file.
    if (matches.length === 0 && pattern !== "LICENSE*") {
      throw new Error(`package ${name} has no file ${pattern}; update layers/layer-recipes.ts`);
    }
    for (const file of matches) files.add(file);
  }
  return [...files].sort();
}

function copyWithPlainMode(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
  chmodSync(to, 0o644);
}
