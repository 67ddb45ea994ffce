import { join } from "node:path";
import { Stack } from "aws-cdk-lib";
import { Table } from "aws-cdk-lib/aws-dynamodb";
import { Vpc } from "aws-cdk-lib/aws-ec2";
import { Key } from "aws-cdk-lib/aws-kms";
import { Bucket, CfnBucket } from "aws-cdk-lib/aws-s3";
import { Topic } from "aws-cdk-lib/aws-sns";
import { CfnQueue } from "aws-cdk-lib/aws-sqs";
import { AwsSolutionsChecks, type NagPack, ServerlessChecks } from "cdk-nag";
import { describe, expect, it } from "vitest";
import { Monitoring } from "../../cdk/constructs/monitoring.ts";
import { NativeLayers } from "../../cdk/constructs/native-layers.ts";
import { Platform } from "../../cdk/constructs/platform.ts";
import { PredictionEndpoint } from "../../cdk/constructs/prediction-endpoint.ts";
import { TrainingPipeline } from "../../cdk/constructs/training-pipeline.ts";
import type { Settings } from "../../cdk/settings.ts";
import { type SynthesizedStack, synthesizedStack, testApp } from "./synthesized-stack.ts";

const onFargate = join(import.meta.dirname, "fixtures", "fargate-definitions");

const findingsOf = (pack: NagPack, { app }: Pick<SynthesizedStack, "app">) =>
  pack
    .validateScope(app)
    .violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`),
    );
const findings = (synthesized: Pick<SynthesizedStack, "app">) =>
  [new AwsSolutionsChecks(), new ServerlessChecks()].flatMap((pack) =>
    findingsOf(pack, synthesized),
  );

/** Training, endpoint and monitoring in a VPC, over a bucket, table, topic and key of the account. */
function inVpc(): Pick<SynthesizedStack, "app"> {
  const app = testApp();
  const stack = new Stack(app, "library", {
    env: { account: "123456789012", region: "eu-west-1" },
  });
  const encryptionKey = Key.fromKeyArn(
    stack,
    "Key",
    "arn:aws:kms:eu-west-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef",
  );
  const platform = new Platform(stack, "Platform", {
    bucket: Bucket.fromBucketAttributes(stack, "Bucket", { bucketName: "objects", encryptionKey }),
    registry: Table.fromTableName(stack, "Registry", "registry"),
    alerts: Topic.fromTopicArn(stack, "Alerts", "arn:aws:sns:eu-west-1:123456789012:alerts"),
    encryptionKey,
  });
  const layer = join(import.meta.dirname, "fixtures", "layer");
  const defaults = {
    nativeLayers: new NativeLayers(stack, "Layers", {
      folders: { onnxruntime: layer, duckdb: layer },
    }),
    vpc: Vpc.fromVpcAttributes(stack, "Vpc", {
      vpcId: "vpc-1",
      availabilityZones: ["eu-west-1a"],
      privateSubnetIds: ["subnet-1"],
    }),
  };
  new TrainingPipeline(stack, "Training", { platform, defaults, fargate: true });
  new PredictionEndpoint(stack, "Endpoint", {
    ...{ platform, defaults },
    ownFunctions: { hot: { memoryMb: 3_008, provisionedConcurrency: 1, reservedConcurrency: 2 } },
  });
  new Monitoring(stack, "Monitoring", { platform, defaults });
  return { app };
}

describe("cdk-nag AwsSolutions and Serverless", () => {
  it.each<[string, Partial<Settings>]>([
    ["as it is deployed by default", {}],
    ["in production with a key of the account", { stage: "production", encryption: "kms" }],
    ["open to everyone", { endpointAuth: "none" }],
    ["open to tokens", { endpointAuth: "tokens" }],
    ["on arm64", { architecture: "arm64" }],
    ["with a permissions boundary and tags", { permissionsBoundary: "team", tags: { team: "a" } }],
    ["that mails its alerts", { alertEmail: "ops@example.com" }],
  ])("find nothing unacknowledged in the stack %s", (_name, settings) => {
    expect(findings(synthesizedStack(settings))).toEqual([]);
  });

  it.each<[string, Partial<Settings>]>([
    ["by default", {}],
    ["in production with a key of the account", { stage: "production", encryption: "kms" }],
    ["on arm64", { architecture: "arm64" }],
  ])("find nothing unacknowledged in training on Fargate %s", (_name, settings) => {
    expect(findings(synthesizedStack(settings, { definitions: onFargate }))).toEqual([]);
  });

  it("find nothing unacknowledged in functions in a VPC, with resources of the account", () => {
    expect(findings(inVpc())).toEqual([]);
  });

  it("fail on a bucket that was planted without protection", () => {
    const synthesized = synthesizedStack();
    new CfnBucket(synthesized.stack, "Planted");

    const found = findings(synthesized);

    expect(found).toContain("AwsSolutions-S10 millrace-test/Planted");
    expect(found).toContain("AwsSolutions-S1 millrace-test/Planted");
  });

  it("fail on a queue that was planted without a place for what fails", () => {
    const synthesized = synthesizedStack();
    new CfnQueue(synthesized.stack, "Planted");

    expect(findings(synthesized)).toContain("Serverless-SQSRedrivePolicy millrace-test/Planted");
  });

  it("are told a reason with every acknowledgement", () => {
    const { app } = synthesizedStack();
    const reasons = app.node
      .findAll()
      .flatMap(({ node }) => node.metadata)
      .filter(({ type }) => type === "aws:cdk:acknowledged-rules")
      .flatMap(({ data }) => Object.values(data as Record<string, string>));

    expect(reasons.length).toBeGreaterThan(10);
    for (const reason of reasons) expect(JSON.stringify(reason).length).toBeGreaterThan(30);
  });
});
