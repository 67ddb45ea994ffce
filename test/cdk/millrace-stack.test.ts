import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { type Resource, resourcesOf, synthesizedStack } from "./synthesized-stack.ts";

const { template } = synthesizedStack({ stage: "dev" });
const functions = resourcesOf(template, "AWS::Lambda::Function");

describe("storage of the stack", () => {
  it("keeps objects versioned, encrypted, private and behind TLS 1.2", () => {
    template.hasResourceProperties("AWS::S3::Bucket", {
      VersioningConfiguration: { Status: "Enabled" },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } },
        ],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      LoggingConfiguration: Match.objectLike({ DestinationBucketName: Match.anyValue() }),
    });
    for (const Condition of [
      { Bool: { "aws:SecureTransport": "false" } },
      { NumericLessThan: { "s3:TlsVersion": 1.2 } },
    ]) {
      template.hasResourceProperties("AWS::S3::BucketPolicy", {
        PolicyDocument: {
          Statement: Match.arrayWith([Match.objectLike({ Effect: "Deny", Condition })]),
        },
      });
    }
  });

  it("expires replaced objects, logged predictions, results of queries and staged rows, and nothing else of the objects", () => {
    const bucket = resourcesOf(template, "AWS::S3::Bucket").get("Platform/Objects/Resource");

    expect(bucket?.Properties.LifecycleConfiguration.Rules).toEqual([
      {
        Id: "replaced-objects",
        Status: "Enabled",
        NoncurrentVersionExpiration: { NoncurrentDays: 30 },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      },
      {
        Id: "logged-predictions",
        Status: "Enabled",
        Prefix: "predictions/",
        ExpirationInDays: 400,
      },
      { Id: "query-results", Status: "Enabled", Prefix: "athena/", ExpirationInDays: 7 },
      { Id: "staged-rows", Status: "Enabled", Prefix: "staged/", ExpirationInDays: 14 },
    ]);
  });

  it("pays for the registry by request and can restore it to any second", () => {
    template.hasResourceProperties("AWS::DynamoDB::Table", {
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: false,
    });
  });

  it.each([
    ["AWS::S3::Bucket", 2],
    ["AWS::S3::BucketPolicy", 2],
    ["AWS::DynamoDB::Table", 2],
  ])("keeps every %s when the stack is removed", (type, count) => {
    const resources = [...resourcesOf(template, type).values()];

    expect(resources).toHaveLength(count);
    for (const resource of resources) expect(resource.DeletionPolicy).toBe("Retain");
  });

  it("says for every log group how long it keeps and that it goes with the stack", () => {
    const logGroups = [...resourcesOf(template, "AWS::Logs::LogGroup").values()];

    // Nineteen functions, three state machines and the function that CDK brings for the trigger.
    expect(logGroups).toHaveLength(29);
    for (const { Properties, DeletionPolicy } of logGroups) {
      expect(Properties.RetentionInDays).toBe(90);
      expect(DeletionPolicy).toBe("Delete");
    }
  });

  it("sends a logged prediction that failed five times to the dead letters", () => {
    template.hasResourceProperties("AWS::SQS::Queue", {
      SqsManagedSseEnabled: true,
      RedrivePolicy: { maxReceiveCount: 5, deadLetterTargetArn: Match.anyValue() },
    });
  });

  it("protects registry and keys in stage prod with a key of the account", () => {
    const { template: prod } = synthesizedStack({ stage: "prod", encryption: "kms" });

    prod.hasResourceProperties("AWS::DynamoDB::Table", {
      DeletionProtectionEnabled: true,
      SSESpecification: { SSEEnabled: true, KMSMasterKeyId: Match.anyValue() },
    });
    prod.hasResource("AWS::KMS::Key", {
      DeletionPolicy: "Retain",
      Properties: { EnableKeyRotation: true },
    });
    prod.hasResourceProperties("AWS::SNS::Topic", { KmsMasterKeyId: Match.anyValue() });
    prod.allResourcesProperties("AWS::SQS::Queue", { KmsMasterKeyId: Match.anyValue() });
    prod.hasResourceProperties("AWS::KMS::Key", {
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Principal: {
              Service: Match.arrayWith(["budgets.amazonaws.com", "cloudwatch.amazonaws.com"]),
            },
          }),
        ]),
      },
    });
  });
});

describe("functions of the stack", () => {
  const own = [...functions].filter(([path]) => !path.startsWith("AWSCDK."));

  it("run Node 24 on x86_64 with traces and a log group of their own", () => {
    expect(own).toHaveLength(24);
    for (const [, { Properties }] of own) {
      expect(Properties.Runtime).toBe("nodejs24.x");
      expect(Properties.Architectures).toEqual(["x86_64"]);
      expect(Properties.TracingConfig).toEqual({ Mode: "Active" });
      expect(Properties.Environment.Variables).toMatchObject({
        MILLRACE_BUCKET: { Ref: expect.stringContaining("Objects") },
        MILLRACE_TABLE: { Ref: expect.stringContaining("Registry") },
      });
    }
    const groups = own.map(([, { Properties }]) => Properties.LoggingConfig.LogGroup.Ref);
    expect(new Set(groups).size).toBe(24);
  });

  it("carry the layers that their code needs, and no others", () => {
    const layersOf = ({ Properties }: Resource) =>
      (Properties.Layers ?? []).map(({ Ref }: { Ref: string }) =>
        Ref.includes("Onnx") ? "onnxruntime" : "duckdb",
      );
    const layers = Object.fromEntries(
      own.map(([path, fn]) => [path.split("/").at(-2), layersOf(fn).toSorted()]),
    );

    expect(layers).toEqual({
      StartRun: [],
      StageSource: ["duckdb"],
      Prepare: ["duckdb"],
      Train3008: ["duckdb", "onnxruntime"],
      Train10240: ["duckdb", "onnxruntime"],
      CollectCandidate: [],
      Narrow: [],
      Evaluate: ["duckdb", "onnxruntime"],
      Register: [],
      Promote: ["onnxruntime"],
      EndRun: [],
      Notify: [],
      Predict: ["onnxruntime"],
      IngestEvents: [],
      LogPredictions: [],
      CheckDrift: ["duckdb"],
      StartBatch: [],
      PredictFile: ["duckdb", "onnxruntime"],
      EndBatch: [],
      Route: ["onnxruntime"],
      StartRollout: ["onnxruntime"],
      AdvanceRollout: ["duckdb"],
      Rollback: [],
      RegisterDefinitions: [],
    });
  });

  it("give preparing the memory, disk and time that three million rows need", () => {
    expect(functions.get("Training/Prepare/Resource")?.Properties).toMatchObject({
      MemorySize: 3008,
      EphemeralStorage: { Size: 4096 },
      Timeout: 900,
    });
  });

  it("run on arm64 with layers for it, when asked", () => {
    const { template: arm } = synthesizedStack({ architecture: "arm64" });

    for (const [path, { Properties }] of resourcesOf(arm, "AWS::Lambda::Function")) {
      if (!path.startsWith("AWSCDK.")) expect(Properties.Architectures).toEqual(["arm64"]);
    }
    arm.allResourcesProperties("AWS::Lambda::LayerVersion", {
      CompatibleArchitectures: ["arm64"],
    });
  });

  it("write logged predictions in large batches and report the records that failed", () => {
    template.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
      BatchSize: 5000,
      MaximumBatchingWindowInSeconds: 60,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
    });
  });

  it("register the definitions while the stack is deployed, after what they write to", () => {
    const [trigger] = Object.values(template.findResources("Custom::Trigger"));

    expect(trigger?.Properties.InvocationType).toBe("RequestResponse");
    expect(trigger?.DependsOn).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^PlatformObjects/),
        expect.stringMatching(/^PlatformRegistry/),
      ]),
    );
  });
});

describe("the prediction URL", () => {
  const url = (of: ReturnType<typeof synthesizedStack>) =>
    [...resourcesOf(of.template, "AWS::Lambda::Url").values()].map(({ Properties }) => Properties);

  it("takes signed requests only and streams its answer", () => {
    expect(url({ template } as ReturnType<typeof synthesizedStack>)).toMatchObject([
      { AuthType: "AWS_IAM", InvokeMode: "RESPONSE_STREAM" },
    ]);
    template.resourceCountIs("AWS::Lambda::Permission", 0);
  });

  it("asks for tokens where the context says so, at each URL that AWS lets everyone call", () => {
    const { template: tokens } = synthesizedStack({ endpointAuth: "tokens" });
    const urls = resourcesOf(tokens, "AWS::Lambda::Url");
    const asking = [...resourcesOf(tokens, "AWS::Lambda::Function").values()].filter(
      ({ Properties }) => Properties.Environment?.Variables?.MILLRACE_AUTH === "tokens",
    );
    const open = [...resourcesOf(tokens, "AWS::Lambda::Permission").values()];

    expect([...urls.values()].map(({ Properties }) => Properties.AuthType)).toEqual(["NONE"]);
    expect(asking).toHaveLength(urls.size);
    expect(open.map(({ Properties }) => [Properties.Action, Properties.Principal])).toEqual([
      ["lambda:InvokeFunctionUrl", "*"],
      ["lambda:InvokeFunction", "*"],
    ]);
    expect(
      open.every(({ Properties: p }) => p.FunctionUrlAuthType ?? p.InvokedViaFunctionUrl),
    ).toBe(true);
  });

  it("lets pages of listed origins call, and bounds principals", () => {
    const shop = "https://shop.example.com";
    const { template: listed } = synthesizedStack({
      allowedOrigins: [shop],
      principalRate: 20,
    });
    const urls = [...resourcesOf(listed, "AWS::Lambda::Url").values()];

    expect(urls.map(({ Properties }) => Properties.Cors)).toEqual([
      {
        AllowOrigins: [shop],
        AllowMethods: ["GET", "HEAD", "POST"],
        AllowHeaders: expect.arrayContaining(["authorization", "content-type"]),
        ExposeHeaders: expect.arrayContaining(["retry-after"]),
        MaxAge: 3_600,
      },
    ]);
    listed.hasResourceProperties("AWS::Lambda::Function", {
      Environment: { Variables: { MILLRACE_AUTH: "iam", MILLRACE_PRINCIPAL_RATE: "20" } },
    });
    expect(url({ template } as ReturnType<typeof synthesizedStack>)[0]).not.toHaveProperty("Cors");
  });

  it("is open to everyone only where the context says so", () => {
    const open = synthesizedStack({ endpointAuth: "none" });

    expect(url(open)).toMatchObject([{ AuthType: "NONE" }]);
    open.template.hasResourceProperties("AWS::Lambda::Permission", {
      Action: "lambda:InvokeFunctionUrl",
      Principal: "*",
      FunctionUrlAuthType: "NONE",
    });
  });
});

describe("schedules of the models", () => {
  const schedules = resourcesOf(template, "AWS::Scheduler::Schedule");

  it("are those of the definitions, in UTC", () => {
    const crons = [...schedules].map(([path, { Properties }]) => [
      path,
      Properties.ScheduleExpression,
      Properties.ScheduleExpressionTimezone,
    ]);

    expect(crons).toEqual([
      ["Schedules/late-parcels-training/Resource", "cron(30 5 ? * 1 *)", "Etc/UTC"],
      ["Schedules/late-parcels-monitoring/Resource", "cron(0,30 * * * ? *)", "Etc/UTC"],
    ]);
  });

  it("start the right state machine, say why, and keep what could not start", () => {
    for (const kind of ["training", "monitoring"]) {
      const { Target } = schedules.get(`Schedules/late-parcels-${kind}/Resource`)?.Properties ?? {};

      expect(Target.Arn.Ref.toLowerCase()).toContain(kind);
      expect(JSON.parse(Target.Input)).toEqual({
        model: "late-parcels",
        reason: expect.stringContaining("schedule"),
        requestedBy: "schedule",
      });
      expect(Target.DeadLetterConfig.Arn["Fn::GetAtt"][0]).toContain("DeadLetters");
    }
  });
});

describe("alarms", () => {
  const alarms = resourcesOf(template, "AWS::CloudWatch::Alarm");

  it("watch the endpoint, every state machine, the prediction log, the events and the dead letters", () => {
    const names = [...alarms.keys()].map((path) => path.split("/").at(-2)).toSorted();

    expect(names).toEqual([
      "AccountConcurrency",
      "BatchFailed",
      "BatchTimedOut",
      "DeadLetters",
      "Drift-late-parcels",
      "Drift-quiet-model",
      "EventQueueAge",
      "IngestEventsErrors",
      "LogPredictionsErrors",
      "MonitoringFailed",
      "MonitoringTimedOut",
      "NotifyErrors",
      "PredictErrors",
      "PredictLatency",
      "PredictServerErrors",
      "PredictThrottles",
      "PredictionQueueAge",
      "RefreshFailures-late-parcels",
      "RefreshFailures-quiet-model",
      "RolloutFailed",
      "RolloutTimedOut",
      "TrainingFailed",
      "TrainingTimedOut",
      "UnloggedPredictions",
    ]);
  });

  it("tell the alert topic when they begin and end, and stay quiet without data", () => {
    for (const [path, { Properties }] of alarms) {
      expect(Properties.AlarmActions).toEqual([{ Ref: expect.stringContaining("Alerts") }]);
      expect(Properties.OKActions).toEqual(Properties.AlarmActions);
      // what had drifted still has, between two checks
      const isDrift = path.includes("/Drift-");
      expect(Properties.TreatMissingData).toBe(isDrift ? "ignore" : "notBreaching");
    }
  });

  it("may publish to the alert topic, for this account only", () => {
    template.hasResourceProperties("AWS::SNS::TopicPolicy", {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: "Allow",
            Action: "sns:Publish",
            Principal: { Service: "cloudwatch.amazonaws.com" },
            Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
          }),
        ]),
      },
    });
  });

  it.each([
    ["TrainingFailed", "ExecutionsFailed"],
    ["TrainingTimedOut", "ExecutionsTimedOut"],
    ["MonitoringFailed", "ExecutionsFailed"],
    ["MonitoringTimedOut", "ExecutionsTimedOut"],
    ["BatchFailed", "ExecutionsFailed"],
    ["BatchTimedOut", "ExecutionsTimedOut"],
  ])("count in %s the %s of that state machine", (id, MetricName) => {
    const { Properties } = alarms.get(`Alarms/${id}/Resource`) ?? {};
    const kind = id.replace(/(Failed|TimedOut)$/, "");

    expect(Properties).toMatchObject({
      MetricName,
      Threshold: 1,
      Dimensions: [
        { Name: "StateMachineArn", Value: { Ref: expect.stringMatching(new RegExp(`^${kind}`)) } },
      ],
    });
  });

  it("reach the address that the context names", () => {
    const { template: withEmail } = synthesizedStack({ alertEmail: "ops@example.com" });

    withEmail.hasResourceProperties("AWS::SNS::Subscription", {
      Protocol: "email",
      Endpoint: "ops@example.com",
    });
  });
});

describe("outputs", () => {
  it("name what a person needs after a deployment", () => {
    expect(Object.keys(template.toJSON().Outputs).toSorted()).toEqual([
      "AlertTopicArn",
      "AthenaDatabase",
      "AthenaWorkGroup",
      "BatchStateMachineArn",
      "BucketName",
      "DashboardName",
      "FeatureTableName",
      "MonitoringStateMachineArn",
      "PredictionUrl",
      "RegistryTableName",
      "RollbackFunctionName",
      "RolloutStateMachineArn",
      "RouteFunctionName",
      "TrainingStateMachineArn",
    ]);
  });
});
