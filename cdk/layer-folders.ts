import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** What Lambda calls the processor. */
export type ArchitectureName = "x86_64" | "arm64";

/** A native library that functions share as a layer; each has a folder below `layers/`. */
export type NativeLayer = "onnxruntime" | "duckdb";

/**
 * Folders of both layers for an architecture. Builds what is missing: copies from `node_modules`; for
 * an architecture that is not this machine's, `layers/package-folder.ts` fetches DuckDB's binary once.
 */
export function layerFolders(
  root: string,
  architecture: ArchitectureName,
): Readonly<Record<NativeLayer, string>> {
  const nodeName = architecture === "arm64" ? "arm64" : "x64";
  execFileSync(process.execPath, [join(root, "layers", "build-layers.ts"), nodeName], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  const folderOf = (layer: NativeLayer) => join(root, "layers", layer, "build", nodeName);
  return { onnxruntime: folderOf("onnxruntime"), duckdb: folderOf("duckdb") };
}
