/** CPU architectures of Lambda, by Node's name for them. */
export const ARCHITECTURES = ["x64", "arm64"] as const;
export type LayerArchitecture = (typeof ARCHITECTURES)[number];

export const LAYER_NAMES = ["onnxruntime", "duckdb"] as const;
export type LayerName = (typeof LAYER_NAMES)[number];

/** One npm package, and which of its files a layer keeps. */
export interface PackageRecipe {
  readonly name: string;
  /** Globs below the package's folder. Everything else is left out. */
  readonly keep: readonly string[];
  /** True where npm installs the package on its own platform only. */
  readonly isPlatformSpecific?: boolean;
}

export interface LayerRecipe {
  readonly packages: readonly PackageRecipe[];
  /** Largest unpacked size. */
  readonly budgetBytes: number;
}

const MB = 1_000_000;
const LICENCES = ["package.json", "LICENSE*"];

/**
 * What each layer takes from `node_modules`: the JavaScript that runs, and the native code of one
 * platform. Of onnxruntime-node's dependencies, adm-zip and global-agent serve its install script only.
 */
export function layerRecipe(layer: LayerName, architecture: LayerArchitecture): LayerRecipe {
  if (layer === "onnxruntime") {
    return {
      packages: [
        {
          name: "onnxruntime-node",
          keep: [...LICENCES, "dist/**/*.js", `bin/napi-v6/linux/${architecture}/*`],
        },
        { name: "onnxruntime-common", keep: [...LICENCES, "dist/cjs/**/*.js", "dist/cjs/*.json"] },
      ],
      // Measured with 1.30.0: 46.4 MB and 25.7 MB.
      budgetBytes: (architecture === "x64" ? 50 : 30) * MB,
    };
  }
  return {
    packages: [
      { name: "@duckdb/node-api", keep: [...LICENCES, "lib/**/*.js"] },
      { name: "@duckdb/node-bindings", keep: [...LICENCES, "duckdb.js"] },
      {
        name: `@duckdb/node-bindings-linux-${architecture}`,
        keep: [...LICENCES, "duckdb.node", "libduckdb.so"],
        isPlatformSpecific: true,
      },
      { name: "detect-libc", keep: [...LICENCES, "lib/*.js"] },
    ],
    // Measured with 1.5.5: 71.5 MB on x64.
    budgetBytes: 80 * MB,
  };
}
