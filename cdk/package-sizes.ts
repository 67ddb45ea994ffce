import { globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

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
  /** Unpacked bytes of the function's own package and of its layers. */
  readonly sizeBytes: number;
}

// Source: "Lambda quotas", AWS Lambda developer guide: 250 MB unzipped, layers included.
export const LAMBDA_LIMIT_BYTES = 250 * 1024 * 1024;

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
    .map((fn) => ({
      path: fn.Metadata?.["aws:cdk:path"] ?? "",
      sizeBytes: [fn, ...(fn.Properties?.Layers ?? []).map(({ Ref = "" }) => Resources[Ref])]
        .map(sizeOf)
        .reduce((sum, size) => sum + size, 0),
    }));
}

/**
 * @param budgetOf bytes a function may have, by its path in the construct tree
 * @throws {Error} naming every function over its budget
 */
export function assertPackageSizes(
  sizes: readonly PackageSize[],
  budgetOf: (path: string) => number,
): void {
  const over = sizes.filter(({ path, sizeBytes }) => sizeBytes > budgetOf(path));
  if (over.length === 0) return;
  const named = over.map(
    ({ path, sizeBytes }) => `${path} has ${sizeBytes} bytes, its budget is ${budgetOf(path)}`,
  );
  throw new Error(`packages are too large for Lambda: ${named.join("; ")}; prune bundle or layer`);
}

function folderSize(folder: string): number {
  return globSync("**", { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}
