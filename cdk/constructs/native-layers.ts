import { join } from "node:path";
import { RemovalPolicy, Stack } from "aws-cdk-lib";
import { Architecture, Code, LayerVersion, Runtime } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { type ArchitectureName, layerFolders, type NativeLayer } from "../layer-folders.ts";

const ROOT = join(import.meta.dirname, "..", "..");

export interface NativeLayersProps {
  /** @default x86_64 */
  readonly architecture?: ArchitectureName;
  /**
   * Folders that become the layers.
   *
   * @default - made by `layers/build-layers.ts`, from `node_modules`, when a layer is first asked for
   */
  readonly folders?: Readonly<Record<NativeLayer, string>>;
}

/** ONNX Runtime and DuckDB, one layer each and only where asked for: a function carries what it uses. */
export class NativeLayers extends Construct {
  readonly architecture: Architecture;
  private folders?: Readonly<Record<NativeLayer, string>>;
  private readonly layers = new Map<NativeLayer, LayerVersion>();

  constructor(scope: Construct, id: string, props: NativeLayersProps = {}) {
    super(scope, id);
    const { architecture = "x86_64", folders } = props;
    this.architecture = architecture === "arm64" ? Architecture.ARM_64 : Architecture.X86_64;
    if (folders) this.folders = folders;
  }

  /** The layers that functions of a stack share when they are given none: one set an architecture. */
  static of(scope: Construct, architecture: ArchitectureName = "x86_64"): NativeLayers {
    const stack = Stack.of(scope);
    const id = `MillraceLayers-${architecture}`;
    const existing = stack.node.tryFindChild(id) as NativeLayers | undefined;
    return existing ?? new NativeLayers(stack, id, { architecture });
  }

  layer(name: NativeLayer): LayerVersion {
    const layer = this.layers.get(name) ?? this.createLayer(name);
    this.layers.set(name, layer);
    return layer;
  }

  private createLayer(name: NativeLayer): LayerVersion {
    this.folders ??= layerFolders(
      ROOT,
      this.architecture === Architecture.ARM_64 ? "arm64" : "x86_64",
    );
    const [id, description] =
      name === "onnxruntime"
        ? (["OnnxRuntime", "onnxruntime-node, pruned"] as const)
        : (["DuckDb", "@duckdb/node-api, pruned"] as const);
    return new LayerVersion(this, id, {
      description,
      code: Code.fromAsset(this.folders[name]),
      compatibleArchitectures: [this.architecture],
      compatibleRuntimes: [Runtime.NODEJS_24_X],
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
