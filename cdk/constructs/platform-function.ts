import { type Duration, RemovalPolicy, Size } from "aws-cdk-lib";
import type { ISecurityGroup, IVpc, SubnetSelection } from "aws-cdk-lib/aws-ec2";
import { Effect, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  Function as LambdaFunction,
  type LayerVersion,
  LoggingFormat,
  Runtime,
  Tracing,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { acknowledge, acknowledgeServerless } from "../acknowledge.ts";
import { functionCode } from "../function-code.ts";
import type { ArchitectureName, NativeLayer } from "../layer-folders.ts";
import { NativeLayers } from "./native-layers.ts";
import type { IPlatform } from "./platform.ts";

/** What the functions of a stack have in common. Nothing is required. */
export interface FunctionDefaults {
  /** @default - that of `nativeLayers`, else x86_64 */
  readonly architecture?: ArchitectureName;
  /** @default - one set a stack and architecture */
  readonly nativeLayers?: NativeLayers;
  /**
   * Added to what each function needs. Millrace's own are read in `functions/environment.ts` only.
   *
   * @default - none
   */
  readonly environment?: Readonly<Record<string, string>>;
  /** Of every log group, state machines' too. @default 90 */
  readonly logRetentionDays?: number;
  /**
   * Memory by the function's folder below `functions/`, such as `{ prepare: 2048 }`, in MB.
   *
   * @default - what each function says
   */
  readonly memoryMb?: Readonly<Record<string, number>>;
  /**
   * The network that functions run in. It needs ways to S3, DynamoDB, SQS and SNS:
   * `docs/constructs.md` says which function needs which. None is made here: interface endpoints and
   * NAT gateways are billed by the hour.
   *
   * @default - none: Lambda's own network
   */
  readonly vpc?: IVpc;
  /** @default - the private subnets with a way out */
  readonly vpcSubnets?: SubnetSelection;
  /** @default - one a function, which allows everything outward and nothing inward */
  readonly securityGroups?: readonly ISecurityGroup[];
}

/** Days that a log group keeps, where nobody chose: 90. */
export const logRetentionOf = (defaults: FunctionDefaults | undefined): number =>
  defaults?.logRetentionDays ?? 90;

export interface PlatformFunctionProps {
  /** What holds state: a `Platform`, or anything like it. */
  readonly platform: IPlatform;
  /** @default - see each of its fields */
  readonly defaults?: FunctionDefaults | undefined;
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
  /** @default - as many as the account has left */
  readonly reservedConcurrency?: number | undefined;
  /** Added to the defaults. @default - none */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * Folders that lie beside the function's code, by the name that they have there.
   *
   * @default - none
   */
  readonly folders?: Readonly<Record<string, string>>;
}

/**
 * A function of Millrace, bundled from `functions/<name>/index.ts`, with a role and a log group of
 * its own. The role can write that log group and traces, and nothing else until it is granted.
 */
export class PlatformFunction extends LambdaFunction {
  /** The layers that it was given. */
  readonly nativeLayers: readonly LayerVersion[];

  constructor(scope: Construct, id: string, props: PlatformFunctionProps) {
    const { name, layers = [], platform, defaults = {}, ephemeralStorageMb = 512 } = props;
    const nativeLayers = nativeLayersOf(scope, defaults);
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: logRetentionOf(defaults),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(scope, `${id}Role`, {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      description: `Millrace function ${name}`,
    });
    logGroup.grantWrite(role);
    if (defaults.vpc) allowNetworkInterfaces(role);
    acknowledge(
      role,
      "IAM5[Resource::*]",
      defaults.vpc
        ? "X-Ray knows no resources, and Lambda's network interfaces have no name before they exist; only their actions are granted"
        : "X-Ray knows no resources; only its actions are granted",
    );

    super(scope, id, {
      handler: "index.handler",
      code: functionCode({ name, layers, folders: props.folders }),
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: nativeLayers.architecture,
      memorySize: defaults.memoryMb?.[name] ?? props.memoryMb,
      ephemeralStorageSize: Size.mebibytes(ephemeralStorageMb),
      timeout: props.timeout,
      ...(props.reservedConcurrency !== undefined && {
        reservedConcurrentExecutions: props.reservedConcurrency,
      }),
      layers: layers.map((layer) => nativeLayers.layer(layer)),
      environment: {
        NODE_OPTIONS: "--enable-source-maps",
        MILLRACE_BUCKET: platform.bucket.bucketName,
        MILLRACE_TABLE: platform.registry.tableName,
        ...defaults.environment,
        ...props.environment,
      },
      role,
      logGroup,
      ...networkOf(defaults),
      // CloudWatch finds metrics in the text format's lines; the JSON format wraps what console.log
      // writes into a field, where it does not look.
      loggingFormat: LoggingFormat.TEXT,
      tracing: Tracing.ACTIVE,
    });
    this.nativeLayers = layers.map((layer) => nativeLayers.layer(layer));
    acknowledgeServerless(
      this,
      "LambdaDLQ",
      "a dead letter queue takes what was invoked asynchronously; state machine, URL, queue and deployment wait for the answer and handle failures themselves",
    );
  }
}

function nativeLayersOf(
  scope: Construct,
  { nativeLayers, architecture }: FunctionDefaults,
): NativeLayers {
  const layers = nativeLayers ?? NativeLayers.of(scope, architecture);
  if (architecture && layers.architecture.name !== architecture) {
    throw new Error(
      `architecture is ${architecture} but nativeLayers are for ${layers.architecture.name}; make them match`,
    );
  }
  return layers;
}

function networkOf({ vpc, vpcSubnets, securityGroups }: FunctionDefaults) {
  if (!vpc && (vpcSubnets || securityGroups)) {
    throw new Error("vpcSubnets or securityGroups are given without a vpc; give the vpc too");
  }
  return {
    ...(vpc && { vpc }),
    ...(vpcSubnets && { vpcSubnets }),
    ...(securityGroups && { securityGroups: [...securityGroups] }),
  };
}

/** What Lambda does with the role to connect a function to a VPC, and the function's code never does. */
const NETWORK_INTERFACE_ACTIONS = [
  "ec2:CreateNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:DeleteNetworkInterface",
  "ec2:AssignPrivateIpAddresses",
  "ec2:UnassignPrivateIpAddresses",
];

/**
 * Lambda may make and remove network interfaces; the function's own code may not. A request of the
 * code carries `lambda:SourceFunctionArn`, one of Lambda itself does not.
 *
 * Sources: "Giving Lambda functions access to resources in an Amazon VPC" and "Using source function ARN
 * to control function access behavior", AWS Lambda developer guide.
 */
function allowNetworkInterfaces(role: Role): void {
  role.addToPolicy(new PolicyStatement({ actions: NETWORK_INTERFACE_ACTIONS, resources: ["*"] }));
  role.addToPolicy(
    new PolicyStatement({
      effect: Effect.DENY,
      actions: NETWORK_INTERFACE_ACTIONS,
      resources: ["*"],
      conditions: { Null: { "lambda:SourceFunctionArn": "false" } },
    }),
  );
}
