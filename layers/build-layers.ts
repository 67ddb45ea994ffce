import { join } from "node:path";
import { buildLayer } from "./build-layer.ts";
import { ARCHITECTURES, LAYER_NAMES } from "./layer-recipes.ts";

/**
 * Builds both layers under `layers/<name>/build/<architecture>`. `cdk synth` runs it; a layer that
 * stands there already is kept.
 *
 * Usage: node layers/build-layers.ts [x64|arm64]
 */
const wanted = process.argv[2] ?? "x64";
const architecture = ARCHITECTURES.find((name) => name === wanted);
if (!architecture) {
  console.error(`usage: node layers/build-layers.ts [${ARCHITECTURES.join("|")}]`);
  process.exit(2);
}

for (const layer of LAYER_NAMES) {
  const outDir = join(import.meta.dirname, layer, "build", architecture);
  const root = join(import.meta.dirname, "..");
  const { sizeBytes, files, reused } = buildLayer({ layer, architecture, root, outDir });
  const size = `${(sizeBytes / 1e6).toFixed(1)} MB in ${files.length} files`;
  console.error(`layer ${layer} ${architecture}: ${size}${reused ? ", as it was" : ""}`);
}
