import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { CfnAlarm } from "aws-cdk-lib/aws-cloudwatch";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { DefinitionBody, Pass, StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { beforeAll, describe, expect, it } from "vitest";
import { NewDataRuns } from "../../cdk/constructs/new-data-runs.ts";
import { Platform } from "../../cdk/constructs/platform.ts";
import { readDefinitionsAsset } from "../../cdk/definitions-asset.ts";
import { readSettings } from "../../cdk/settings.ts";
import { MillraceStack } from "../../cdk/stacks/millrace-stack.ts";
import { testApp } from "./synthesized-stack.ts";

const FIXTURES = join(import.meta.dirname, "fixtures");
const LAYER = join(FIXTURES, "layer");

function templateOf(bucketName?: string, encryption: "sse-s3" | "kms" = "sse-s3"): Template {
  const stack = new Stack(new App(), "millrace-dev");
  const bucket = bucketName && Bucket.fromBucketName(stack, "Theirs", bucketName);
  const platform = new Platform(stack, "Platform", { encryption, ...(bucket && { bucket }) });
  const definitionBody = DefinitionBody.fromChainable(new Pass(stack, "Nothing"));
  const training = new StateMachine(stack, "Training", { definitionBody });
  new NewDataRuns(stack, "NewData", { platform, training });
  return Template.fromStack(stack);
}

describe("NewDataRuns", () => {
  let own: Template;
  let imported: Template;
  beforeAll(() => {
    own = templateOf();
    imported = templateOf("lake");
  });

  it("hears of new objects below sources/ of the platform's bucket, and of nothing else", () => {
    imported.hasResourceProperties("AWS::Events::Rule", {
      EventPattern: {
        source: ["aws.s3"],
        "detail-type": ["Object Created"],
        detail: { bucket: { name: ["lake"] }, object: { key: [{ prefix: "sources/" }] } },
      },
      Targets: [Match.objectLike({ DeadLetterConfig: Match.anyValue() })],
    });
  });

  it("has a bucket of its own tell EventBridge, and leaves an imported one as it is", () => {
    const told = { NotificationConfiguration: { EventBridgeConfiguration: Match.anyValue() } };

    own.hasResourceProperties("AWS::S3::Bucket", told);
    imported.resourcePropertiesCountIs("AWS::S3::Bucket", told, 0);
    for (const template of [own, imported]) {
      template.resourceCountIs("Custom::S3BucketNotifications", 0);
    }
  });

  it("lets EventBridge use the key of its queue where the platform has one", () => {
    templateOf(undefined, "kms").hasResourceProperties("AWS::KMS::Key", {
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Principal: { Service: "events.amazonaws.com" },
            Action: Match.arrayWith(["kms:Decrypt", "kms:GenerateDataKey*"]),
          }),
        ]),
      },
    });
  });

  it("gives back single messages, and lets each wait through the longest run", () => {
    own.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      MaximumBatchingWindowInSeconds: 300,
    });
    own.hasResourceProperties("AWS::SQS::Queue", {
      VisibilityTimeout: Match.anyValue(),
      RedrivePolicy: Match.objectLike({ maxReceiveCount: 100 }),
    });
  });

  it("may start training, read definitions and the registry, and write nothing", () => {
    const policies = own.findResources("AWS::IAM::Policy", {
      Properties: { PolicyName: Match.stringLikeRegexp("NoticeNewData") },
    });
    const actions = Object.values(policies).flatMap(({ Properties }) =>
      Properties.PolicyDocument.Statement.flatMap(({ Action }: { Action: unknown }) => Action),
    );

    expect(actions).toContain("states:StartExecution");
    expect(actions).toContain("s3:GetObject");
    expect(actions).toContain("dynamodb:Query");
    const writes = /PutObject|DeleteObject|PutItem|UpdateItem|DeleteItem|\*$/;
    expect(actions.filter((action) => writes.test(String(action)))).toEqual([]);
  });
});

describe("MillraceStack", () => {
  const { folder, models } = readDefinitionsAsset(join(FIXTURES, "definitions"));
  const stackOf = (newData: boolean) =>
    new MillraceStack(testApp(), "millrace-test", {
      settings: readSettings(() => undefined),
      layerFolders: { onnxruntime: LAYER, duckdb: LAYER },
      definitions: { folder, models: models.map((model) => ({ ...model, newData })) },
      gitCommit: "0123456789abcdef0123456789abcdef01234567",
    });

  let asked: MillraceStack;
  beforeAll(() => {
    asked = stackOf(true);
  });

  it("looks for new data only where a model asks for it", () => {
    expect(stackOf(false).newData).toBeUndefined();
    expect(asked.newData).toBeInstanceOf(NewDataRuns);
  });

  it("has an alarm for it whose runbook tells of it", () => {
    const alarms = asked.node
      .findAll()
      .filter((node) => node instanceof CfnAlarm)
      .filter(({ node }) => node.path.includes("NoticeNewDataErrors"));

    expect(alarms.map(({ alarmDescription }) => alarmDescription)).toEqual([
      expect.stringMatching(/dead-letters\.md$/),
    ]);
    expect(readFileSync("docs/runbooks/dead-letters.md", "utf8")).toContain("NoticeNewDataErrors");
  });
});
