import { join } from "node:path";
import { type Duration, RemovalPolicy, Size } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { LoggingFormat, Runtime, Tracing } from "aws-cdk-lib/aws-lambda";
import {
  type ICommandHooks,
  NodejsFunction,
  OutputFormat,
  SourceMapMode,
} from "aws-cdk-lib/aws-lambda-nodejs";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { acknowledge } from "../acknowledge.ts";
import type { NativeLayer, NativeLayers } from "./native-layers.ts";

const ROOT = join(import.meta.dirname, "..", "..");

/** The package that each layer holds, and the file that stands for it in a bundle. */
const FROM_LAYER: Readonly<Record<NativeLayer, readonly [packageName: string, file: string]>> = {
  onnxruntime: ["onnxruntime-node", join(ROOT, "layers", "onnxruntime", "from-layer.cjs")],
  duckdb: ["@duckdb/node-api", join(ROOT, "layers", "duckdb", "from-layer.cjs")],
};

/** What every function of a stack has in common. */
export interface FunctionDefaults {
  readonly nativeLayers: NativeLayers;
  /** Read in `functions/environment.ts` only. */
  readonly environment: Readonly<Record<string, string>>;
  readonly logRetentionDays: number;
}

export interface PlatformFunctionProps {
  readonly defaults: FunctionDefaults;
  /** Folder below `functions/`. */
  readonly name: string;
  readonly description: string;
  /**
   * Layers that the function's code needs. Without the right one, bundling fails on the package's
   * native code: a function that lacks a layer is not deployed.
   *
   * @default - none
   */
  readonly layers?: readonly NativeLayer[];
  readonly memoryMb: number;
  readonly timeout: Duration;
  /** @default - 512 MB, what Lambda gives anyway */
  readonly ephemeralStorageMb?: number;
  /** Added to the defaults. */
  readonly environment?: Readonly<Record<string, string>>;
  /** @default - none */
  readonly commandHooks?: ICommandHooks;
}

/**
 * A function of Millrace, bundled from `functions/<name>/index.ts`, with a role and a log group of
 * its own. The role can write that log group and traces, and nothing else until it is granted.
 */
export class PlatformFunction extends NodejsFunction {
  constructor(scope: Construct, id: string, props: PlatformFunctionProps) {
    const { name, layers = [], defaults, ephemeralStorageMb = 512 } = props;
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: defaults.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(scope, `${id}Role`, {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      description: `Millrace function ${name}`,
    });
    logGroup.grantWrite(role);
    acknowledge(
      role,
      "IAM5[Resource::*]",
      "X-Ray knows no resources; only its actions are granted",
    );

    super(scope, id, {
      entry: join(ROOT, "functions", name, "index.ts"),
      projectRoot: ROOT,
      depsLockFilePath: join(ROOT, "package-lock.json"),
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: defaults.nativeLayers.architecture,
      memorySize: props.memoryMb,
      ephemeralStorageSize: Size.mebibytes(ephemeralStorageMb),
      timeout: props.timeout,
      layers: layers.map((layer) => defaults.nativeLayers.layer(layer)),
      environment: {
        NODE_OPTIONS: "--enable-source-maps",
        ...defaults.environment,
        ...props.environment,
      },
      role,
      logGroup,
      // CloudWatch finds metrics in the text format's lines; the JSON format wraps what console.log
      // writes into a field, where it does not look.
      loggingFormat: LoggingFormat.TEXT,
      tracing: Tracing.ACTIVE,
      bundling: {
        format: OutputFormat.ESM,
        target: "node24",
        mainFields: ["module", "main"],
        bundleAwsSDK: true,
        minify: true,
        // Errors are named by literals, but middy and powertools read function names.
        keepNames: true,
        sourceMap: true,
        sourceMapMode: SourceMapMode.DEFAULT,
        sourcesContent: false,
        // Bundled CommonJS packages call `require`, which an ES module does not have.
        banner:
          'import{createRequire as createRequireForBundle}from"node:module";const require=createRequireForBundle(import.meta.url);',
        esbuildArgs: Object.fromEntries(
          layers.map((layer) => {
            const [packageName, file] = FROM_LAYER[layer];
            return [`--alias:${packageName}`, file];
          }),
        ),
        // esbuild is started through npx, which would repeat npm's warnings for every function.
        environment: { npm_config_loglevel: "error" },
        ...(props.commandHooks && { commandHooks: props.commandHooks }),
      },
    });
  }
}
