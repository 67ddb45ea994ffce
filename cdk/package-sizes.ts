import { globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ArchitectureName } from "./layer-folders.ts";

interface Resource {
  readonly Type: string;
  readonly Properties?: {
    readonly Layers?: readonly { readonly Ref?: string }[];
    readonly Description?: string;
  };
  readonly Metadata?: { readonly "aws:asset:path"?: string; readonly "aws:cdk:path"?: string };
}

export interface PackageSize {
  /** Path in the construct tree. */
  readonly path: string;
  /** Unpacked bytes of the function's own package. */
  readonly bundleBytes: number;
  /** Unpacked bytes of the function's own package and of its layers. */
  readonly sizeBytes: number;
}

/** Most that a function may have. */
export type PackageBudget = Omit<PackageSize, "path">;

// Source: "Lambda quotas", AWS Lambda developer guide: 250 MB unzipped, layers included.
const LAMBDA_LIMIT_BYTES = 250 * 1024 * 1024;

/** Predict is what callers wait for when it starts: its package is kept small, ONNX Runtime included. */
const PREDICT_BYTES = { x86_64: 60_000_000, arm64: 40_000_000 } as const;

/** Every bundle without its layers; a function starts the faster, the less there is to load. */
const BUNDLE_BYTES = 5_000_000;

/** Budget of a function by its path in the construct tree. */
export const packageBudget =
  (architecture: ArchitectureName) =>
  (path: string): PackageBudget => ({
    bundleBytes: BUNDLE_BYTES,
    sizeBytes: path.includes("/Endpoint/Predict/")
      ? PREDICT_BYTES[architecture]
      : LAMBDA_LIMIT_BYTES,
  });

/**
 * Unpacked size of every function of a synthesized template, layers included.
 *
 * @param assembly cloud assembly's folder, where the assets lie
 */
export function packageSizes(assembly: string, templateFile: string): readonly PackageSize[] {
  const { Resources } = JSON.parse(readFileSync(join(assembly, templateFile), "utf8")) as {
    readonly Resources: Readonly<Record<string, Resource>>;
  };
  const sizeOf = (resource: Resource | undefined): number => {
    const asset = resource?.Metadata?.["aws:asset:path"];
    return asset === undefined ? 0 : folderSize(join(assembly, asset));
  };
  return Object.values(Resources)
    .filter(({ Type }) => Type === "AWS::Lambda::Function")
    .map((fn) => {
      const bundleBytes = sizeOf(fn);
      const layers = (fn.Properties?.Layers ?? []).map(({ Ref = "" }) => sizeOf(Resources[Ref]));
      return {
        path: fn.Metadata?.["aws:cdk:path"] ?? "",
        bundleBytes,
        sizeBytes: layers.reduce((sum, size) => sum + size, bundleBytes),
      };
    });
}

/**
 * @param budgetOf what a function may have, by its path in the construct tree
 * @throws {Error} naming every function over its budget
 */
export function assertPackageSizes(
  sizes: readonly PackageSize[],
  budgetOf: (path: string) => PackageBudget,
): void {
  const named = sizes.flatMap(({ path, bundleBytes, sizeBytes }) => {
    const budget = budgetOf(path);
    return [
      ...(bundleBytes > budget.bundleBytes
        ? [`${path} has ${bundleBytes} bytes of bundle, its budget is ${budget.bundleBytes}`]
        : []),
      ...(sizeBytes > budget.sizeBytes
        ? [`${path} has ${sizeBytes} bytes with its layers, its budget is ${budget.sizeBytes}`]
        : []),
    ];
  });
  if (named.length === 0) return;
  throw new Error(`packages are too large: ${named.join("; ")}; prune bundle or layer`);
}

/** Bytes of all files below a folder. */
export function folderSize(folder: string): number {
  return globSync("**", { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}
