import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { NativeLayer } from "./constructs/native-layers.ts";
import type { Settings } from "./settings.ts";

/**
 * Folders of both layers for an architecture. Builds what is missing: copies from `node_modules`; for
 * an architecture that is not this machine's, `layers/package-folder.ts` fetches DuckDB's binary once.
 */
export function layerFolders(
  root: string,
  architecture: Settings["architecture"],
): Readonly<Record<NativeLayer, string>> {
  const nodeName = architecture === "arm64" ? "arm64" : "x64";
  execFileSync(process.execPath, [join(root, "layers", "build-layers.ts"), nodeName], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  const folderOf = (layer: NativeLayer) => join(root, "layers", layer, "build", nodeName);
  return { onnxruntime: folderOf("onnxruntime"), duckdb: folderOf("duckdb") };
}
