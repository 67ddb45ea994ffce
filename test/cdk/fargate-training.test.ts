import { Stack } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { Vpc } from "aws-cdk-lib/aws-ec2";
import { ContainerImage } from "aws-cdk-lib/aws-ecs";
import { AwsSolutionsChecks, ServerlessChecks } from "cdk-nag";
import { describe, expect, it } from "vitest";
import { NativeLayers } from "../../cdk/constructs/native-layers.ts";
import { Platform } from "../../cdk/constructs/platform.ts";
import type { FunctionDefaults } from "../../cdk/constructs/platform-function.ts";
import {
  TrainingPipeline,
  type TrainingPipelineProps,
} from "../../cdk/constructs/training-pipeline.ts";
import { TASK_RUNNER_LIMIT_BYTES, taskRunnerBundle } from "../../cdk/task-runner-bundle.ts";
import { computePlacesSchema } from "../../core/run/compute-places.ts";
import { type TemplateJson, templateValues } from "../workflow/template-values.ts";
import { type Resource, synthesizedStack, testApp } from "./synthesized-stack.ts";

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: unknown;
}

const layer = new URL("./fixtures/layer", import.meta.url).pathname;

function setUp(
  props: Pick<TrainingPipelineProps, "fargate"> & { readonly arm64?: boolean } = {},
  network: (stack: Stack) => FunctionDefaults = () => ({}),
) {
  const app = testApp();
  const stack = new Stack(app, "training");
  const architecture = props.arm64 ? "arm64" : "x86_64";
  const folders = { onnxruntime: layer, duckdb: layer };
  const nativeLayers = new NativeLayers(stack, "Layers", { architecture, folders });
  const platform = new Platform(stack, "Platform");
  const defaults = { nativeLayers, logRetentionDays: 30, ...network(stack) };
  const { fargate = true } = props;
  new TrainingPipeline(stack, "Training", { platform, defaults, trainMemoriesMb: [], fargate });
  const template = Template.fromStack(stack);
  const json = template.toJSON() as TemplateJson;
  const filled = templateValues(json, "https://sqs.example");

  const ofType = (type: string) =>
    Object.values(json.Resources)
      .filter(({ Type }) => Type === type)
      .map(({ Properties }) => filled(Properties) as Resource["Properties"]);
  const statementsOf = (role: RegExp): readonly Statement[] =>
    ofType("AWS::IAM::Policy")
      .filter(({ Roles }) => role.test(String(Roles)))
      .flatMap(({ PolicyDocument }): Statement[] => PolicyDocument.Statement);
  const places = () => {
    const variables = ofType("AWS::Lambda::Function").map(
      ({ Environment }) => Environment.Variables,
    );
    const text = variables.find((known) => known.MILLRACE_COMPUTE_PLACES)?.MILLRACE_COMPUTE_PLACES;
    return computePlacesSchema.parse(JSON.parse(text));
  };
  return { app, template, ofType, statementsOf, places };
}

const STATE_MACHINE = /WorkflowStateMachineRole/;
const actionsOf = (statements: readonly Statement[]) =>
  statements.flatMap(({ Action }) => Action).filter((action) => !/^(logs|xray):/.test(action));

describe("FargateTraining", () => {
  it("tells start-run where tasks run, in public subnets of a network of its own", () => {
    const { places, ofType, template } = setUp();

    const { trainFunctions, fargate } = places();

    expect(Object.keys(trainFunctions)).toEqual(["3008"]);
    expect(fargate).toMatchObject({ assignPublicIp: "ENABLED" });
    expect(fargate?.subnets).toHaveLength(2);
    expect(fargate?.securityGroups).toHaveLength(1);
    expect(fargate?.taskDefinition).toBe(ofType("AWS::ECS::TaskDefinition")[0]?.Family);
    template.resourceCountIs("AWS::EC2::NatGateway", 0);
    template.hasResourceProperties("AWS::EC2::VPCEndpoint", {
      VpcEndpointType: "Gateway",
      RouteTableIds: Match.anyValue(),
    });
    const [group] = ofType("AWS::EC2::SecurityGroup");
    expect(group?.SecurityGroupIngress).toBeUndefined();
    expect(group?.SecurityGroupEgress).toMatchObject([
      { IpProtocol: "tcp", FromPort: 443, ToPort: 443 },
    ]);
  });

  it("uses the network of the functions where there is one", () => {
    const { places, template } = setUp({}, (stack) => ({
      vpc: Vpc.fromVpcAttributes(stack, "Network", {
        vpcId: "vpc-0123456789abcdef0",
        availabilityZones: ["a", "b"],
        privateSubnetIds: ["subnet-0123456789abcdef1", "subnet-0123456789abcdef2"],
        privateSubnetRouteTableIds: ["rtb-0123456789abcdef1", "rtb-0123456789abcdef2"],
      }),
    }));

    expect(places().fargate).toMatchObject({
      subnets: ["subnet-0123456789abcdef1", "subnet-0123456789abcdef2"],
      assignPublicIp: "DISABLED",
    });
    template.resourceCountIs("AWS::EC2::VPC", 0);
  });

  it("runs node of a public image behind an init process, with one place to write", () => {
    const { template } = setUp();

    template.hasResourceProperties("AWS::ECS::TaskDefinition", {
      RequiresCompatibilities: ["FARGATE"],
      NetworkMode: "awsvpc",
      RuntimePlatform: { CpuArchitecture: "X86_64", OperatingSystemFamily: "LINUX" },
      ContainerDefinitions: [
        Match.objectLike({
          // the state machine overrides the variables of the container by this name
          Name: "train",
          Image: "public.ecr.aws/docker/library/node:24-bookworm-slim",
          EntryPoint: ["node"],
          LinuxParameters: Match.objectLike({ InitProcessEnabled: true }),
          ReadonlyRootFilesystem: true,
          MountPoints: [{ ContainerPath: "/tmp", ReadOnly: false, SourceVolume: "writable" }],
        }),
      ],
    });
    template.hasResourceProperties("AWS::Logs::LogGroup", { RetentionInDays: 30 });
  });

  it("takes another image and more space", () => {
    const image = ContainerImage.fromRegistry("registry.example/node@sha256:0");

    const { template } = setUp({ fargate: { image, ephemeralStorageGb: 100 } });

    template.hasResourceProperties("AWS::ECS::TaskDefinition", {
      ContainerDefinitions: [Match.objectLike({ Image: "registry.example/node@sha256:0" })],
      EphemeralStorage: { SizeInGiB: 100 },
    });
  });

  it("runs on the processor that the layers are for", () => {
    const { template } = setUp({ arm64: true });

    template.hasResourceProperties("AWS::ECS::TaskDefinition", {
      RuntimePlatform: { CpuArchitecture: "ARM64" },
    });
  });

  it("names the very objects that the function is deployed from, and may read no others there", () => {
    const { ofType, statementsOf } = setUp();
    const [train] = ofType("AWS::Lambda::Function").filter(
      ({ Description }) => Description === "Trains one candidate and exports it as one ONNX graph",
    );
    const { S3Bucket, S3Key } = train.Code;
    const [task] = ofType("AWS::ECS::TaskDefinition");
    const environment: readonly { readonly Name: string; readonly Value: string }[] =
      task.ContainerDefinitions[0].Environment;
    const settings = JSON.parse(
      environment.find(({ Name }) => Name === "MILLRACE_TASK")?.Value ?? "",
    );
    const contents: readonly { readonly S3Bucket: string; readonly S3Key: string }[] = ofType(
      "AWS::Lambda::LayerVersion",
    ).map(({ Content }) => Content);

    expect(settings.package.function).toEqual({ bucket: S3Bucket, key: S3Key });
    expect(settings.package.layers).toEqual(
      contents.map((content) => ({ bucket: content.S3Bucket, key: content.S3Key })),
    );
    const read = statementsOf(/TaskRole/)
      .filter(({ Action }) => Action === "s3:GetObject")
      .flatMap(({ Resource }) => Resource);
    expect(read.filter((arn) => arn.includes("assets")).toSorted()).toEqual(
      [...new Set([S3Key, ...contents.map((content) => content.S3Key)])]
        .map((key) => `arn:aws:s3:::${S3Bucket}/${key}`)
        .toSorted(),
    );
  });

  it("may do what the function may, and its execution role write one log", () => {
    const { statementsOf } = setUp();
    const onObjects = (role: RegExp) =>
      statementsOf(role)
        .flatMap(({ Action, Resource }) => [Resource].flat().map((arn) => `${Action} ${arn}`))
        .filter((line) => line.startsWith("s3:") && !line.includes("assets"))
        .toSorted();

    expect(onObjects(/FargateTaskRole/)).toEqual(onObjects(/Train3008Role/));
    expect(onObjects(/FargateTaskRole/)).not.toEqual([]);
    expect(statementsOf(/ExecutionRole/)).toMatchObject([
      { Action: ["logs:CreateLogStream", "logs:PutLogEvents"] },
    ]);
  });

  it("lets the state machine run and stop tasks of its own cluster, and pass two roles to them", () => {
    const { statementsOf } = setUp();

    const statements = statementsOf(STATE_MACHINE);

    const allows = (action: string) => statements.filter(({ Action }) => Action === action);
    expect(allows("ecs:RunTask")).toMatchObject([
      {
        Resource: expect.stringMatching(/:task-definition\/[\w-]+:\*$/),
        Condition: { ArnEquals: { "ecs:cluster": expect.stringContaining(":cluster/") } },
      },
    ]);
    expect(allows("iam:PassRole")).toMatchObject([
      {
        Resource: [expect.stringMatching(/ExecutionRole/), expect.stringMatching(/TaskRole/)],
        Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
      },
    ]);
    expect(allows("ecs:TagResource")).toMatchObject([
      { Condition: { StringEquals: { "ecs:CreateAction": "RunTask" } } },
    ]);
    expect(actionsOf(statements)).toEqual(
      expect.arrayContaining(["ecs:StopTask", "ecs:DescribeTasks"]),
    );
  });

  it("has reasons for every finding of cdk-nag", () => {
    const { app } = setUp();

    const violations = [new AwsSolutionsChecks(), new ServerlessChecks()].flatMap(
      (pack) => pack.validateScope(app).violations,
    );

    expect(violations).toEqual([]);
  });
});

describe("TrainingPipeline without Fargate", () => {
  it("makes none of it", () => {
    const { ofType, places, statementsOf } = setUp({ fargate: false });

    for (const type of ["AWS::ECS::Cluster", "AWS::ECS::TaskDefinition", "AWS::EC2::VPC"]) {
      expect(ofType(type), type).toEqual([]);
    }
    expect(places().fargate).toBeUndefined();
    expect(actionsOf(statementsOf(STATE_MACHINE)).filter((a) => /^(ecs|iam):/.test(a))).toEqual([]);
  });

  it("may still learn of tasks, without which Step Functions does not create the definition", () => {
    const { statementsOf, template } = setUp({ fargate: false });

    expect(statementsOf(STATE_MACHINE)).toContainEqual(
      expect.objectContaining({
        Action: ["events:DescribeRule", "events:PutRule", "events:PutTargets"],
        Resource: expect.stringMatching(/:rule\/StepFunctionsGetEventsForECSTaskRule$/),
      }),
    );
    // it asks when the machine is created, so the policy must be there before
    template.hasResource("AWS::StepFunctions::StateMachine", {
      DependsOn: Match.arrayWith([Match.stringLikeRegexp("StateMachineRoleDefaultPolicy")]),
    });
  });
});

describe("MillraceStack", () => {
  it("asks no account for its zones", () => {
    const { stack } = synthesizedStack({ account: "123456789012", region: "eu-west-1" });

    expect(stack.resolve(stack.availabilityZones)).toEqual(
      [0, 1].map((index) => ({ "Fn::Select": [index, { "Fn::GetAZs": "" }] })),
    );
  });
});

describe("taskRunnerBundle", () => {
  it("is one program that fits into a task definition and holds nothing to be filled in", () => {
    const text = taskRunnerBundle();

    expect(text.length).toBeGreaterThan(5_000);
    expect(text.length).toBeLessThan(TASK_RUNNER_LIMIT_BYTES);
    expect(text).not.toContain("${");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII begins with them
    expect(text).toMatch(/^[\x00-\x7f]*$/);
  });

  it("fails when it has grown too long", () => {
    expect(() => taskRunnerBundle(5_000)).toThrow(/import less/);
  });
});
