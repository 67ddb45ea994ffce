import { join } from "node:path";
import { Duration, Stack, Validations } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Table } from "aws-cdk-lib/aws-dynamodb";
import { SecurityGroup, Vpc } from "aws-cdk-lib/aws-ec2";
import { Key } from "aws-cdk-lib/aws-kms";
import { Bucket, type IBucket } from "aws-cdk-lib/aws-s3";
import { Topic } from "aws-cdk-lib/aws-sns";
import { AwsSolutionsChecks, ServerlessChecks } from "cdk-nag";
import { describe, expect, it } from "vitest";
import { BatchPrediction } from "../../cdk/constructs/batch-prediction.ts";
import { ModelSchedules } from "../../cdk/constructs/model-schedules.ts";
import { Monitoring } from "../../cdk/constructs/monitoring.ts";
import { NativeLayers } from "../../cdk/constructs/native-layers.ts";
import { NotifyFunction } from "../../cdk/constructs/notify-function.ts";
import { Platform, type PlatformProps } from "../../cdk/constructs/platform.ts";
import { PlatformDashboard } from "../../cdk/constructs/platform-dashboard.ts";
import { type FunctionDefaults, PlatformFunction } from "../../cdk/constructs/platform-function.ts";
import { PredictionEndpoint } from "../../cdk/constructs/prediction-endpoint.ts";
import { TrainingPipeline } from "../../cdk/constructs/training-pipeline.ts";
import { type DeployedModel, readDefinitionsAsset } from "../../cdk/definitions-asset.ts";
import { grantRegistry } from "../../cdk/grants.ts";
import { resourcesOf, synthesizedStack, testApp } from "./synthesized-stack.ts";
import { meaningOf } from "./template-meaning.ts";

const fixtures = join(import.meta.dirname, "fixtures");
const KEY_ARN = "arn:aws:kms:eu-west-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef";

const newStack = () =>
  new Stack(testApp(), "library", { env: { account: "123456789012", region: "eu-west-1" } });

/** Layers that need no building. */
function layersOf(stack: Stack): NativeLayers {
  const layer = join(fixtures, "layer");
  return new NativeLayers(stack, "Layers", { folders: { onnxruntime: layer, duckdb: layer } });
}

/** A platform of these props with an endpoint, which reads, writes, queues and logs. */
function endpointOver(
  stack: Stack,
  props: PlatformProps,
  defaults: FunctionDefaults = {},
): { readonly platform: Platform; readonly meaning: string } {
  const platform = new Platform(stack, "Platform", props);
  const nativeLayers = layersOf(stack);
  new PredictionEndpoint(stack, "Endpoint", { platform, defaults: { nativeLayers, ...defaults } });
  new NotifyFunction(stack, "Notify", { platform, defaults });
  const endRun = new PlatformFunction(stack, "EndRun", {
    ...{ platform, defaults, name: "end-run", description: "Reads no object", memoryMb: 256 },
    timeout: Duration.seconds(30),
  });
  grantRegistry(platform, endRun, ["GetItem"]);
  return { platform, meaning: meaningOf(Template.fromStack(stack)) };
}

const section = (meaning: string, heading: string): readonly string[] =>
  meaning
    .split("\n\n")
    .find((text) => text.startsWith(`${heading}\n`))
    ?.trim()
    .split("\n")
    .slice(1)
    .map((line) => line.trim()) ?? [];

describe("Platform", () => {
  it("keeps the ids of what holds data, by which a deployment finds it again", () => {
    const { template } = synthesizedStack({ encryption: "kms" });

    expect(Object.keys(template.toJSON().Resources)).toEqual(
      expect.arrayContaining([
        "PlatformObjects0FA07F70",
        "PlatformAccessLogs397E9FDE",
        "PlatformRegistry21243A6F",
        "PlatformPredictionQueue5C8BF276",
        "PlatformDeadLetters66E1CF91",
        "PlatformAlertsDB94B2E4",
        "PlatformKeyE2280810",
      ]),
    );
  });

  it("makes nothing in place of what it is given", () => {
    const stack = newStack();
    endpointOver(stack, {
      bucket: Bucket.fromBucketName(stack, "Lake", "lake"),
      registry: Table.fromTableName(stack, "Table", "registry"),
      alerts: Topic.fromTopicArn(stack, "Pager", "arn:aws:sns:eu-west-1:123456789012:pager"),
      encryptionKey: Key.fromKeyArn(stack, "Key", KEY_ARN),
    });
    const template = Template.fromStack(stack);

    for (const type of ["S3::Bucket", "DynamoDB::Table", "SNS::Topic", "KMS::Key"]) {
      template.resourceCountIs(`AWS::${type}`, 0);
    }
    template.allResourcesProperties("AWS::SQS::Queue", { KmsMasterKeyId: KEY_ARN });
  });

  it("takes access logs into the bucket that it is given for them", () => {
    const stack = newStack();
    const accessLogsBucket = Bucket.fromBucketName(stack, "Logs", "central-logs");
    new Platform(stack, "Platform", { accessLogsBucket });
    const template = Template.fromStack(stack);

    template.resourceCountIs("AWS::S3::Bucket", 1);
    template.hasResourceProperties("AWS::S3::Bucket", {
      LoggingConfiguration: { DestinationBucketName: "central-logs" },
    });
  });

  it("grants the key of an existing bucket to who reads it, and to nobody else", () => {
    const stack = newStack();
    const encryptionKey = Key.fromKeyArn(stack, "LakeKey", KEY_ARN);
    const { meaning } = endpointOver(stack, {
      bucket: Bucket.fromBucketAttributes(stack, "Lake", { bucketName: "lake", encryptionKey }),
    });

    expect(section(meaning, "policy of <Endpoint/PredictRole>")).toEqual(
      expect.arrayContaining([
        "allow s3:GetObject on arn:aws:s3:::lake/models/*",
        `allow kms:Decrypt on ${KEY_ARN}`,
      ]),
    );
    const ofEndRun = section(meaning, "policy of <EndRunRole>").join();
    expect(ofEndRun).toContain("dynamodb:GetItem");
    expect(ofEndRun).not.toContain("kms:");
  });

  it("lets alarms publish to a topic of the same app", () => {
    const stack = newStack();
    const { meaning } = endpointOver(stack, { alerts: new Topic(stack, "Pager") });

    expect(section(meaning, "policy of <Pager>")).toEqual([
      "allow Service cloudwatch.amazonaws.com: sns:Publish on <Pager> if StringEquals aws:SourceAccount 123456789012",
    ]);
  });

  it("adds to a bucket and key of the same app what they need", () => {
    const stack = newStack();
    const encryptionKey = new Key(stack, "Key");
    const bucket = new Bucket(stack, "Lake", { encryptionKey }) as IBucket;
    const { meaning } = endpointOver(stack, { bucket, encryptionKey });

    expect(section(meaning, "policy of <Key>")).toContain(
      "allow Service cloudwatch.amazonaws.com: kms:Decrypt on *",
    );
    expect(section(meaning, "policy of <Endpoint/LogPredictionsRole>")).toContain(
      "allow s3:PutObject on <Lake>/predictions/*",
    );
  });

  it("fails on an encryptionKey that is given and refused at once", () => {
    const stack = newStack();
    const encryptionKey = Key.fromKeyArn(stack, "Key", KEY_ARN);

    expect(() => new Platform(stack, "Platform", { encryptionKey, encryption: "sse-s3" })).toThrow(
      /library\/Platform is given an encryptionKey and encryption "sse-s3"; leave one of them out/,
    );
  });
});

describe("functions of the constructs", () => {
  it("take memory, log retention, variables and architecture from their defaults", () => {
    const stack = newStack();
    endpointOver(
      stack,
      {},
      { memoryMb: { predict: 2_048 }, logRetentionDays: 7, environment: { TEAM: "risk" } },
    );
    const functions = resourcesOf(Template.fromStack(stack), "AWS::Lambda::Function");

    expect([...functions.values()].map(({ Properties }) => Properties.MemorySize)).toEqual([
      2048, 1024, 256, 256,
    ]);
    for (const { Properties } of functions.values()) {
      expect(Properties.Environment.Variables).toMatchObject({
        TEAM: "risk",
        MILLRACE_BUCKET: { Ref: expect.any(String) },
      });
    }
    Template.fromStack(stack).allResourcesProperties("AWS::Logs::LogGroup", { RetentionInDays: 7 });
  });

  it("run in the VPC, the subnets and the security groups that they are given", () => {
    const stack = newStack();
    const vpc = Vpc.fromVpcAttributes(stack, "Vpc", {
      vpcId: "vpc-0123456789abcdef0",
      availabilityZones: ["eu-west-1a", "eu-west-1b"],
      privateSubnetIds: ["subnet-0123456789abcdef1", "subnet-0123456789abcdef2"],
    });
    const securityGroups = [
      SecurityGroup.fromSecurityGroupId(stack, "Group", "sg-0123456789abcdef0"),
    ];
    endpointOver(
      stack,
      {},
      { vpc, vpcSubnets: { availabilityZones: ["eu-west-1b"] }, securityGroups },
    );

    Template.fromStack(stack).allResourcesProperties("AWS::Lambda::Function", {
      VpcConfig: {
        SubnetIds: ["subnet-0123456789abcdef2"],
        SecurityGroupIds: ["sg-0123456789abcdef0"],
      },
    });
    Template.fromStack(stack).resourceCountIs("AWS::EC2::SecurityGroup", 0);
  });

  it("get no managed policy in a VPC: it would let them write every log", () => {
    const stack = newStack();
    const vpc = Vpc.fromVpcAttributes(stack, "Vpc", {
      vpcId: "vpc-0123456789abcdef0",
      availabilityZones: ["eu-west-1a"],
      privateSubnetIds: ["subnet-0123456789abcdef1"],
    });
    const { meaning } = endpointOver(stack, {}, { vpc });

    expect(meaning).toContain("allow ec2:CreateNetworkInterface on *");
    expect(meaning).toContain(
      "deny ec2:CreateNetworkInterface on * if Null lambda:SourceFunctionArn false",
    );
    expect(meaning).not.toContain("AWSLambdaVPCAccessExecutionRole");
  });

  it("fails on subnets or security groups without a VPC", () => {
    const stack = newStack();
    const securityGroups = [
      SecurityGroup.fromSecurityGroupId(stack, "Group", "sg-0123456789abcdef0"),
    ];

    expect(() => endpointOver(stack, {}, { securityGroups })).toThrow(
      /vpcSubnets or securityGroups are given without a vpc/,
    );
  });

  it("fails on an architecture that the given layers are not for", () => {
    expect(() => endpointOver(newStack(), {}, { architecture: "arm64" })).toThrow(
      /architecture is arm64 but nativeLayers are for x86_64; make them match/,
    );
  });

  it("share the layers of their stack when they are given none", () => {
    const stack = newStack();

    expect(NativeLayers.of(stack)).toBe(NativeLayers.of(stack, "x86_64"));
    expect(NativeLayers.of(stack, "arm64")).not.toBe(NativeLayers.of(stack));
    expect(NativeLayers.of(newStack())).not.toBe(NativeLayers.of(stack));
  });
});

describe("Monitoring alone", () => {
  it("brings a notify function of its own, unless it is given one", () => {
    const stack = newStack();
    const platform = new Platform(stack, "Platform");
    const defaults = { nativeLayers: layersOf(stack) };
    new Monitoring(stack, "Alone", { platform, defaults });
    const { notify } = new TrainingPipeline(stack, "Training", { platform, defaults });
    new Monitoring(stack, "Beside", { platform, defaults, notify });
    const functions = [...resourcesOf(Template.fromStack(stack), "AWS::Lambda::Function").keys()];

    expect(functions).toContain("Alone/Notify/Resource");
    expect(functions).toContain("Training/Notify/Resource");
    expect(functions).not.toContain("Beside/Notify/Resource");
  });
});

describe("BatchPrediction alone", () => {
  it("brings a notify function of its own, unless it is given one", () => {
    const stack = newStack();
    const platform = new Platform(stack, "Platform");
    const defaults = { nativeLayers: layersOf(stack) };
    new BatchPrediction(stack, "Alone", { platform, defaults });
    const { notify } = new TrainingPipeline(stack, "Training", { platform, defaults });
    new BatchPrediction(stack, "Beside", { platform, defaults, notify });
    const functions = [...resourcesOf(Template.fromStack(stack), "AWS::Lambda::Function").keys()];

    expect(functions).toContain("Alone/Notify/Resource");
    expect(functions).toContain("Beside/PredictFile/Resource");
    expect(functions).not.toContain("Beside/Notify/Resource");
  });
});

describe("ModelSchedules", () => {
  it("leaves out the schedules of a workflow that is not there", () => {
    const stack = newStack();
    const platform = new Platform(stack, "Platform");
    const { stateMachine } = new Monitoring(stack, "Monitoring", {
      platform,
      defaults: { nativeLayers: layersOf(stack) },
    });
    new ModelSchedules(stack, "Schedules", {
      models: readDefinitionsAsset(join(fixtures, "definitions")).models,
      monitoring: stateMachine,
      deadLetters: platform.deadLetters,
    });
    const schedules = resourcesOf(Template.fromStack(stack), "AWS::Scheduler::Schedule");

    expect([...schedules.keys()]).toEqual(["Schedules/late-parcels-monitoring/Resource"]);
  });

  it("starts a batch of the files below a prefix, named by the time that it was due", () => {
    const stack = newStack();
    const platform = new Platform(stack, "Platform");
    const { stateMachine } = new BatchPrediction(stack, "Batch", {
      platform,
      defaults: { nativeLayers: layersOf(stack) },
    });
    const [model] = readDefinitionsAsset(join(fixtures, "definitions")).models;
    const prefix = "sources/late-parcels/new/";
    new ModelSchedules(stack, "Schedules", {
      models: [
        { ...(model as DeployedModel), schedules: { batch: { cron: "0 6 * * *", prefix } } },
      ],
      batch: stateMachine,
      deadLetters: platform.deadLetters,
    });
    const schedules = resourcesOf(Template.fromStack(stack), "AWS::Scheduler::Schedule");
    const { Target } = schedules.get("Schedules/late-parcels-batch/Resource")?.Properties ?? {};

    expect(schedules.size).toBe(1);
    expect(JSON.parse(Target.Input)).toEqual({
      ...{ model: "late-parcels", requestedBy: "schedule", reason: "schedule 0 6 * * *" },
      ...{ input: "scheduled-<aws.scheduler.scheduled-time>", prefix },
    });
  });
});

describe("PlatformDashboard", () => {
  const titlesOf = (stack: Stack) => {
    const [dashboard] = resourcesOf(
      Template.fromStack(stack),
      "AWS::CloudWatch::Dashboard",
    ).values();
    return [
      ...JSON.stringify(dashboard?.Properties.DashboardBody).matchAll(/title\\":\\"([^\\]+)/g),
    ].map(([, title]) => title);
  };

  it("shows what it is given, and no empty graph", () => {
    const stack = newStack();
    const platform = new Platform(stack, "Platform");
    const { stateMachine } = new Monitoring(stack, "Monitoring", {
      platform,
      defaults: { nativeLayers: layersOf(stack) },
    });
    new PlatformDashboard(stack, "Overview", { platform, monitoring: stateMachine });

    expect(titlesOf(stack)).toEqual([
      "Monitoring runs",
      "Prediction log",
      "Drift: population stability index by feature",
    ]);
  });

  it("shows alarms, requests, runs and models of a whole deployment", () => {
    expect(titlesOf(synthesizedStack().stack)).toEqual([
      "Alarms",
      "Requests",
      "Latency of the prediction URL, ms",
      "Capacity",
      "Training runs",
      "Monitoring runs",
      "Batch predictions",
      "Rollouts",
      "Prediction log",
      "Latency inside the function by model, p99, ms",
      "Drift: population stability index by feature",
      "Versions that could not be taken up",
      "Requests that a fallback answered, or that were shed",
      "Events of streams",
      "From arrival of an event to its features, p99, ms",
      "Event queue",
    ]);
  });
});

describe("constructs in stacks of their own", () => {
  it.each(["sse-s3", "kms"] as const)(
    "share a platform with %s, and pass cdk-nag",
    (encryption) => {
      const app = testApp();
      const platform = new Platform(new Stack(app, "data"), "Platform", { encryption });
      const serving = new Stack(app, "serving");
      const defaults = { nativeLayers: layersOf(serving) };
      new PredictionEndpoint(serving, "Endpoint", { platform, defaults });
      new NotifyFunction(serving, "Notify", { platform, defaults });
      Validations.of(app).addPlugins(new AwsSolutionsChecks(), new ServerlessChecks());

      const { stacks } = app.synth();

      expect(stacks.map(({ stackName }) => stackName)).toEqual(["data", "serving"]);
      expect(stacks.map(({ dependencies }) => dependencies.map(({ id }) => id))).toEqual([
        ["data.assets"],
        ["data", "serving.assets"],
      ]);
    },
  );
});
