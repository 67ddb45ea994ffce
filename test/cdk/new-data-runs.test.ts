import { App, Stack } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { DefinitionBody, Pass, StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { beforeAll, describe, expect, it } from "vitest";
import { NewDataRuns } from "../../cdk/constructs/new-data-runs.ts";
import { Platform } from "../../cdk/constructs/platform.ts";

function templateOf(bucketName?: string): Template {
  const stack = new Stack(new App(), "millrace-dev");
  const bucket = bucketName && Bucket.fromBucketName(stack, "Theirs", bucketName);
  const platform = new Platform(stack, "Platform", { ...(bucket && { bucket }) });
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
