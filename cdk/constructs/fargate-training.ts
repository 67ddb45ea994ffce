import { RemovalPolicy, Stack } from "aws-cdk-lib";
import {
  Cluster,
  ContainerImage,
  ContainerInsights,
  CpuArchitecture,
  FargateTaskDefinition,
  LinuxParameters,
  LogDriver,
  OperatingSystemFamily,
} from "aws-cdk-lib/aws-ecs";
import { type IGrantable, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, type CfnFunction, type CfnLayerVersion } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct, type IConstruct } from "constructs";
import type { ComputePlaces } from "../../core/run/compute-places.ts";
import { acknowledge, acknowledgeWildcard } from "../acknowledge.ts";
import { grantObjects } from "../grants.ts";
import { taskRunnerBundle } from "../task-runner-bundle.ts";
import type { IPlatform } from "./platform.ts";
import {
  type FunctionDefaults,
  logRetentionOf,
  type PlatformFunction,
} from "./platform-function.ts";
import { TaskNetwork } from "./task-network.ts";

/**
 * Node.js as the Node.js project builds it, in Amazon's copy of Docker's official images, which anyone
 * may read without an account. The major version is the functions'; patches come by themselves.
 */
const NODE_IMAGE = "public.ecr.aws/docker/library/node:24-bookworm-slim";

/** Where the container's only writable volume is. */
const WRITABLE = "/tmp";

export interface FargateTrainingProps {
  readonly platform: IPlatform;
  /** Its network, where it has one, is the tasks' too. @default - see each of its fields */
  readonly defaults?: FunctionDefaults | undefined;
  /** The function whose package the tasks run. */
  readonly train: PlatformFunction;
  /**
   * An image with `node` 24.6 or newer in its PATH that the execution role may read: by a digest, or a
   * copy in the account's own registry.
   *
   * @default - Node.js 24 of Docker's official images
   */
  readonly image?: ContainerImage;
  /** Space for unpacked packages, the dataset and what DuckDB spills. @default 20, which costs nothing */
  readonly ephemeralStorageGb?: number;
}

/**
 * Trains in a container: the very package of the Train function, for hours instead of minutes and with
 * up to 16 virtual CPUs and 120 GB. Nothing here is billed while no task runs.
 */
export class FargateTraining extends Construct {
  readonly cluster: Cluster;
  readonly taskDefinition: FargateTaskDefinition;
  /** What a run needs to know to start a task. */
  readonly place: NonNullable<ComputePlaces["fargate"]>;

  constructor(scope: Construct, id: string, props: FargateTrainingProps) {
    super(scope, id);
    const network = new TaskNetwork(this, "Network", { ...props.defaults });
    this.cluster = new Cluster(this, "Cluster", {
      vpc: network.vpc,
      containerInsightsV2: ContainerInsights.DISABLED,
    });
    acknowledge(
      this.cluster,
      "ECS4",
      "container insights are billed by the metric; a task's log says what a run did and how long it took",
    );
    this.taskDefinition = this.createTaskDefinition(props);

    this.place = {
      cluster: this.cluster.clusterArn,
      // Without a revision, so that a run that began before a deployment goes on with the new one.
      taskDefinition: this.taskDefinition.family,
      subnets: [...network.subnetIds],
      securityGroups: [...network.securityGroupIds],
      assignPublicIp: network.assignPublicIp,
    };
  }

  /**
   * Lets a state machine run tasks here by `ecs:runTask.sync`. It needs `grantTaskEvents` besides.
   *
   * Source: "IAM policies for using Amazon ECS and AWS Fargate", AWS Step Functions developer guide,
   * and "Tag resources during creation", Amazon ECS developer guide.
   */
  grantRun(stateMachine: IGrantable & IConstruct): void {
    const stack = Stack.of(this);
    const arn = (resource: string, resourceName: string) =>
      stack.formatArn({ service: "ecs", resource, resourceName });
    const revisions = arn("task-definition", `${this.taskDefinition.family}:*`);
    const tasks = arn("task", `${this.cluster.clusterName}/*`);
    const { taskRole, executionRole } = this.taskDefinition;
    const statements = [
      new PolicyStatement({
        actions: ["ecs:RunTask"],
        resources: [revisions],
        conditions: { ArnEquals: { "ecs:cluster": this.cluster.clusterArn } },
      }),
      new PolicyStatement({ actions: ["ecs:StopTask", "ecs:DescribeTasks"], resources: [tasks] }),
      new PolicyStatement({
        actions: ["ecs:TagResource"],
        resources: [tasks],
        conditions: { StringEquals: { "ecs:CreateAction": "RunTask" } },
      }),
      new PolicyStatement({
        actions: ["iam:PassRole"],
        resources: [taskRole, executionRole].flatMap((role) => (role ? [role.roleArn] : [])),
        conditions: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
      }),
    ];
    for (const statement of statements) {
      stateMachine.grantPrincipal.addToPrincipalPolicy(statement);
    }
    acknowledgeWildcard(stateMachine, {
      arn: revisions,
      reason: "revisions of one task definition are numbered as they are made",
    });
    acknowledgeWildcard(stateMachine, {
      arn: tasks,
      reason: "tasks of one cluster are named when they start",
    });
  }

  private createTaskDefinition(props: FargateTrainingProps): FargateTaskDefinition {
    const { train, image = ContainerImage.fromRegistry(NODE_IMAGE), ephemeralStorageGb } = props;
    const definition = new FargateTaskDefinition(this, "Task", {
      // Whoever runs it says how much of both.
      cpu: 1_024,
      memoryLimitMiB: 8_192,
      ...(ephemeralStorageGb && { ephemeralStorageGiB: ephemeralStorageGb }),
      runtimePlatform: {
        operatingSystemFamily: OperatingSystemFamily.LINUX,
        cpuArchitecture:
          train.architecture === Architecture.ARM_64
            ? CpuArchitecture.ARM64
            : CpuArchitecture.X86_64,
      },
      taskRole: this.createTaskRole(props),
      executionRole: this.createRole("ExecutionRole", "Starts Millrace's training tasks"),
      volumes: [{ name: "writable" }],
    });
    const container = definition.addContainer("Train", {
      containerName: "train",
      image,
      entryPoint: ["node"],
      command: [
        "--max-old-space-size-percentage=75",
        "--input-type=module",
        "--eval",
        taskRunnerBundle(),
      ],
      environment: environmentOf(props),
      logging: LogDriver.awsLogs({
        streamPrefix: "training",
        logGroup: this.createLogGroup(props),
      }),
      readonlyRootFilesystem: true,
      // The first process of a container ignores SIGTERM, and one that trains does not look for it;
      // behind an init process the signal ends it at once.
      linuxParameters: new LinuxParameters(this, "Init", { initProcessEnabled: true }),
    });
    container.addMountPoints({
      sourceVolume: "writable",
      containerPath: WRITABLE,
      readOnly: false,
    });
    acknowledge(definition, "ECS2", "the variables are names of buckets and keys, no secrets");
    return definition;
  }

  private createTaskRole({ platform, train }: FargateTrainingProps): Role {
    const role = this.createRole("TaskRole", "Millrace training tasks");
    grantObjects(platform, role, {
      read: ["definitions", "datasets", "models"],
      write: ["runs"],
    });
    const { function: code, layers } = packageOf(train);
    role.addToPolicy(
      new PolicyStatement({
        actions: ["s3:GetObject"],
        resources: [code, ...layers].map(({ bucket, key }) =>
          Stack.of(this).formatArn({
            service: "s3",
            region: "",
            account: "",
            resource: bucket,
            resourceName: key,
          }),
        ),
      }),
    );
    return role;
  }

  private createRole(id: string, description: string): Role {
    return new Role(this, id, {
      // Source: "Amazon ECS task IAM role", Amazon ECS developer guide: only tasks of this account.
      assumedBy: new ServicePrincipal("ecs-tasks.amazonaws.com", {
        conditions: { StringEquals: { "aws:SourceAccount": Stack.of(this).account } },
      }),
      description,
    });
  }

  private createLogGroup({ defaults }: FargateTrainingProps): LogGroup {
    return new LogGroup(this, "Logs", {
      retention: logRetentionOf(defaults),
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}

/**
 * Lets a state machine learn that a task ended. Step Functions asks for it when a definition with
 * `ecs:runTask.sync` is created, whether it ever runs a task or not.
 *
 * Source: "IAM policies for using Amazon ECS and AWS Fargate", AWS Step Functions developer guide.
 */
export function grantTaskEvents(stateMachine: IGrantable & IConstruct): void {
  stateMachine.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
      resources: [
        Stack.of(stateMachine).formatArn({
          service: "events",
          resource: "rule",
          resourceName: "StepFunctionsGetEventsForECSTaskRule",
        }),
      ],
    }),
  );
}

function environmentOf({ platform, defaults, train }: FargateTrainingProps) {
  const stack = Stack.of(train);
  const { region } = stack;
  const bucket = platform.bucket.bucketName;
  const s3Host = `s3.${region}.${stack.urlSuffix}`;
  const folder = `${WRITABLE}/millrace`;
  return {
    ...defaults?.environment,
    MILLRACE_BUCKET: bucket,
    MILLRACE_DUCKDB_MEMORY: "1GB",
    AWS_REGION: region,
    NODE_OPTIONS: "--enable-source-maps",
    // Node.js reads it when it starts, before the layers are there.
    NODE_PATH: `${folder}/opt/nodejs/node_modules`,
    MILLRACE_TASK_FOLDER: folder,
    MILLRACE_TASK: stack.toJsonString({ region, s3Host, bucket, package: packageOf(train) }),
  };
}

/** Where CloudFormation takes the function's code and its layers from. */
function packageOf(train: PlatformFunction) {
  const { code } = train.node.defaultChild as CfnFunction;
  return {
    function: placeOf(code),
    layers: train.nativeLayers.map((layer) =>
      placeOf((layer.node.defaultChild as CfnLayerVersion).content),
    ),
  };
}

function placeOf(code: CfnFunction["code"] | CfnLayerVersion["content"]) {
  const { s3Bucket: bucket, s3Key: key } = code as CfnFunction.CodeProperty;
  if (bucket && key) return { bucket, key };
  throw new Error("the package of the training function is no file of an assets bucket");
}
