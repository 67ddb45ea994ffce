import { RemovalPolicy } from "aws-cdk-lib";
import { Architecture, Code, LayerVersion, Runtime } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import type { Settings } from "../settings.ts";

export type NativeLayer = "onnxruntime" | "duckdb";

export interface NativeLayersProps {
  readonly architecture: Settings["architecture"];
  /** Folders that become the layers: made by `layers/build-layers.ts`. */
  readonly folders: Readonly<Record<NativeLayer, string>>;
}

/** ONNX Runtime and DuckDB, one layer each, so that a function carries what it uses. */
export class NativeLayers extends Construct {
  readonly architecture: Architecture;
  private readonly layers: Readonly<Record<NativeLayer, LayerVersion>>;

  constructor(scope: Construct, id: string, { architecture, folders }: NativeLayersProps) {
    super(scope, id);
    this.architecture = architecture === "arm64" ? Architecture.ARM_64 : Architecture.X86_64;
    this.layers = {
      onnxruntime: this.createLayer("OnnxRuntime", "onnxruntime-node, pruned", folders.onnxruntime),
      duckdb: this.createLayer("DuckDb", "@duckdb/node-api, pruned", folders.duckdb),
    };
  }

  layer(name: NativeLayer): LayerVersion {
    return this.layers[name];
  }

  private createLayer(id: string, description: string, folder: string): LayerVersion {
    return new LayerVersion(this, id, {
      description,
      code: Code.fromAsset(folder),
      compatibleArchitectures: [this.architecture],
      compatibleRuntimes: [Runtime.NODEJS_24_X],
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
