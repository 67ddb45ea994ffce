import type { Template } from "aws-cdk-lib/assertions";
import type { Resource } from "./synthesized-stack.ts";

/** One line of meaning, below its heading. */
interface Line {
  readonly heading: string;
  readonly text: string;
}

type Show = (value: unknown) => string;
type Describe = (path: string, properties: Resource["Properties"], show: Show) => readonly Line[];

interface Statement {
  readonly Effect: string;
  readonly Action: unknown;
  readonly Resource?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

/**
 * What a template means to somebody who must answer for it: who may do what, what is encrypted with what,
 * what stays, for how long logs are kept, what is public, what alarms. Names of assets, hashes and the
 * order of resources are left out, so that it changes only with the meaning.
 */
export function meaningOf(template: Template): string {
  const resources = template.toJSON().Resources as Readonly<Record<string, Resource>>;
  const show = showBy(resources);
  const lines = Object.entries(resources).flatMap(([logicalId, resource]) => {
    const path = pathOf(logicalId, resource);
    const described = DESCRIBE[resource.Type]?.(path, resource.Properties ?? {}, show) ?? [];
    return [...described, ...stays(path, resource)];
  });
  const byHeading = Map.groupBy(lines, ({ heading }) => heading);
  return [...byHeading]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([heading, below]) =>
      [heading, ...new Set(below.map(({ text }) => `  ${text}`).toSorted())].join("\n"),
    )
    .join("\n\n")
    .concat("\n")
    .replaceAll(/[0-9a-f]{64}/g, "<asset>");
}

/** Path in the construct tree, without the stack's name and CDK's last part. */
function pathOf(logicalId: string, { Metadata }: Resource): string {
  const path = Metadata?.["aws:cdk:path"]?.split("/").slice(1).join("/");
  return (path ?? logicalId).replace(/\/(Resource|Default)$/, "");
}

/** A value of a template as text: references as `<path>`, joined parts joined. */
function showBy(resources: Readonly<Record<string, Resource>>): Show {
  const nameOf = (logicalId: string) => {
    const resource = resources[logicalId];
    return `<${resource ? pathOf(logicalId, resource) : logicalId.replace("AWS::", "")}>`;
  };
  const show: Show = (value) => {
    if (Array.isArray(value)) return value.map(show).join(", ");
    if (typeof value !== "object" || value === null) return String(value);
    const [[name, argument] = ["", undefined]] = Object.entries(value);
    if (name === "Ref") return nameOf(String(argument));
    if (name === "Fn::GetAtt") {
      const [logicalId = "", attribute] = argument as readonly string[];
      return nameOf(logicalId) + (attribute === "Arn" ? "" : `.${attribute}`);
    }
    if (name === "Fn::Join") {
      const [delimiter, parts] = argument as readonly [string, readonly unknown[]];
      return parts.map(show).join(delimiter);
    }
    if (name === "Fn::Sub") return String(argument).replaceAll(/\$\{(?:AWS::)?(\w+)\}/g, "<$1>");
    return Object.entries(value)
      .map(([key, inner]) => `${key} ${show(inner)}`)
      .join(" ");
  };
  return show;
}

/** One line an action and resource, so that a change of one action is a change of one line. */
function statementLines(heading: string, statements: readonly Statement[], show: Show): Line[] {
  return statements.flatMap(({ Effect, Action, Resource: on, Principal, Condition }) =>
    [Action].flat().flatMap((action) =>
      [on ?? []].flat().map((resource) => ({
        heading,
        text: [
          Effect.toLowerCase(),
          ...(Principal === undefined ? [] : [`${show(Principal)}:`]),
          `${action} on ${show(resource)}`,
          ...(Condition === undefined ? [] : [`if ${show(Condition)}`]),
        ].join(" "),
      })),
    ),
  );
}

const policyOf =
  (subjects: string): Describe =>
  (_path, properties, show) =>
    [properties[subjects]]
      .flat()
      .flatMap((subject) =>
        statementLines(`policy of ${show(subject)}`, properties.PolicyDocument.Statement, show),
      );

const encrypted = (path: string, how: string): Line => ({
  heading: "encryption",
  text: `${path}: ${how}`,
});
const publicly = (text: string): Line => ({ heading: "public", text });

function stays(path: string, { Type, DeletionPolicy }: Resource): readonly Line[] {
  // without the attribute, CloudFormation deletes
  if (DeletionPolicy === undefined || DeletionPolicy === "Delete") return [];
  return [
    { heading: "stays when the stack is removed", text: `${path} (${Type}): ${DeletionPolicy}` },
  ];
}

const DESCRIBE: Readonly<Record<string, Describe>> = {
  "AWS::IAM::Role": (path, properties, show) => [
    ...[properties.AssumeRolePolicyDocument.Statement].flat().map((statement: Statement) => ({
      heading: `policy of <${path}>`,
      text: `assumed by ${show(statement.Principal)}${
        statement.Condition === undefined ? "" : ` if ${show(statement.Condition)}`
      }`,
    })),
    ...(properties.ManagedPolicyArns ?? []).map((arn: unknown) => ({
      heading: `policy of <${path}>`,
      text: `has ${show(arn)}`,
    })),
    ...(properties.Policies ?? []).flatMap(
      ({ PolicyDocument }: { PolicyDocument: { Statement: readonly Statement[] } }) =>
        statementLines(`policy of <${path}>`, PolicyDocument.Statement, show),
    ),
    ...(properties.PermissionsBoundary === undefined
      ? []
      : [
          {
            heading: `policy of <${path}>`,
            text: `bounded by ${show(properties.PermissionsBoundary)}`,
          },
        ]),
  ],
  "AWS::IAM::Policy": policyOf("Roles"),
  "AWS::S3::BucketPolicy": policyOf("Bucket"),
  "AWS::SQS::QueuePolicy": policyOf("Queues"),
  "AWS::SNS::TopicPolicy": policyOf("Topics"),
  "AWS::KMS::Key": (path, properties, show) => [
    ...statementLines(`policy of <${path}>`, properties.KeyPolicy.Statement, show),
    encrypted(path, properties.EnableKeyRotation ? "rotates" : "does not rotate"),
  ],
  "AWS::S3::Bucket": (path, properties, show) => [
    ...(
      (properties.BucketEncryption?.ServerSideEncryptionConfiguration as
        | readonly { readonly ServerSideEncryptionByDefault: unknown }[]
        | undefined) ?? []
    ).map((rule) => encrypted(path, show(rule.ServerSideEncryptionByDefault))),
    publicly(`${path}: ${show(properties.PublicAccessBlockConfiguration ?? "NOT BLOCKED")}`),
    ...[{ what: "versions", how: properties.VersioningConfiguration?.Status ?? "none" }].map(
      ({ what, how }) => ({ heading: "retention", text: `${path}: ${what} ${how}` }),
    ),
    ...(properties.LifecycleConfiguration?.Rules ?? []).map(({ Id = "rule", ...rule }) => ({
      heading: "retention",
      text: `${path}: ${Id}: ${show(rule)}`,
    })),
  ],
  "AWS::DynamoDB::Table": (path, properties, show) => [
    encrypted(path, show(properties.SSESpecification ?? "SSEEnabled false")),
    {
      heading: "retention",
      text: `${path}: point in time ${show(properties.PointInTimeRecoverySpecification)}, deletion protection ${properties.DeletionProtectionEnabled}`,
    },
  ],
  "AWS::SQS::Queue": (path, properties, show) => [
    encrypted(
      path,
      properties.KmsMasterKeyId === undefined
        ? `SqsManagedSseEnabled ${properties.SqsManagedSseEnabled}`
        : show(properties.KmsMasterKeyId),
    ),
    {
      heading: "retention",
      text: `${path}: ${properties.MessageRetentionPeriod} s, ${show(properties.RedrivePolicy ?? "no redrive")}`,
    },
  ],
  "AWS::SNS::Topic": (path, properties, show) => [
    encrypted(path, show(properties.KmsMasterKeyId ?? "none: alerts hold no data")),
  ],
  "AWS::SNS::Subscription": (path, properties, show) => [
    {
      heading: "alerts go to",
      text: `${path}: ${properties.Protocol} ${show(properties.Endpoint)}`,
    },
  ],
  "AWS::Logs::LogGroup": (path, properties) => [
    { heading: "logs", text: `${path}: ${properties.RetentionInDays ?? "for ever"} days` },
  ],
  "AWS::Lambda::Function": (path, properties, show) => [
    {
      heading: "architectures",
      text: `${path}: ${show(properties.Architectures ?? "by default")}`,
    },
    {
      heading: "functions",
      text: [
        `${path}: ${properties.Runtime}`,
        `${properties.MemorySize} MB`,
        `${properties.Timeout} s`,
        `disk ${properties.EphemeralStorage?.Size ?? 512} MB`,
        `tracing ${properties.TracingConfig?.Mode ?? "PassThrough"}`,
        `layers ${show(properties.Layers ?? "none")}`,
        `log ${show(properties.LoggingConfig?.LogGroup ?? "by default")}`,
        ...(properties.VpcConfig ? ["in a VPC"] : []),
      ].join(", "),
    },
  ],
  "AWS::Lambda::LayerVersion": (path, properties, show) => [
    { heading: "architectures", text: `${path}: ${show(properties.CompatibleArchitectures)}` },
  ],
  "AWS::Lambda::Url": (path, properties) => [
    publicly(`${path}: URL with AuthType ${properties.AuthType}, ${properties.InvokeMode}`),
  ],
  "AWS::Lambda::Permission": (path, properties, show) => [
    publicly(
      `${path}: ${show(properties.Principal)} may ${properties.Action} ${show(properties.FunctionName)}${
        properties.FunctionUrlAuthType === undefined ? "" : " by its URL"
      }${properties.InvokedViaFunctionUrl ? " by its URL only" : ""}`,
    ),
  ],
  "AWS::Athena::WorkGroup": (path, { WorkGroupConfiguration: configuration }, show) => [
    encrypted(path, show(configuration.ResultConfiguration.EncryptionConfiguration)),
    {
      heading: "queries",
      text: `${path}: at most ${configuration.BytesScannedCutoffPerQuery} bytes, enforced ${configuration.EnforceWorkGroupConfiguration}, results in ${show(configuration.ResultConfiguration.OutputLocation)}`,
    },
  ],
  "AWS::ECS::TaskDefinition": (path, properties, show) => [
    {
      heading: "containers",
      text: [
        `${path}: ${properties.Cpu} CPU units, ${properties.Memory} MB`,
        `disk ${properties.EphemeralStorage?.SizeInGiB ?? 20} GB`,
        ...properties.ContainerDefinitions.map(
          ({
            Image,
            LogConfiguration,
            Privileged = false,
            ReadonlyRootFilesystem = false,
          }: Resource["Properties"]) =>
            `image ${show(Image)}, privileged ${Privileged}, root read-only ${ReadonlyRootFilesystem}, log ${show(LogConfiguration?.Options?.["awslogs-group"] ?? "none")}`,
        ),
      ].join(", "),
    },
  ],
  "AWS::EC2::SecurityGroup": (path, properties, show) => [
    publicly(`${path}: inward ${show(properties.SecurityGroupIngress ?? "nothing")}`),
    publicly(`${path}: outward ${show(properties.SecurityGroupEgress ?? "everything")}`),
  ],
  "AWS::EC2::Subnet": (path, properties) => [
    publicly(`${path}: public addresses ${properties.MapPublicIpOnLaunch ?? false}`),
  ],
  "AWS::StepFunctions::StateMachine": (path, properties) => [
    {
      heading: "state machines",
      text: `${path}: tracing ${properties.TracingConfiguration?.Enabled}, logs ${properties.LoggingConfiguration?.Level}`,
    },
  ],
  "AWS::Scheduler::Schedule": (path, { ScheduleExpression, Target }, show) => [
    {
      heading: "schedules",
      text: `${path}: ${ScheduleExpression} starts ${show(Target.Arn)}, else ${show(Target.DeadLetterConfig?.Arn ?? "lost")}`,
    },
  ],
  "AWS::CloudWatch::Alarm": (path, properties, show) => [
    {
      heading: "alarms",
      text: [
        `${path}: ${metricText(properties, show)}`,
        `${properties.ComparisonOperator} ${properties.Threshold}`,
        `${properties.DatapointsToAlarm ?? properties.EvaluationPeriods} of ${properties.EvaluationPeriods}`,
        `silence ${properties.TreatMissingData}`,
        `tells ${show(properties.AlarmActions ?? "nobody")}`,
      ].join(", "),
    },
  ],
};

/** An alarm's metric, or its expression with the metrics in it. */
function metricText(properties: Resource["Properties"], show: Show): string {
  if (properties.MetricName !== undefined) {
    const { Namespace, MetricName, Dimensions = [], Period } = properties;
    const statistic = properties.Statistic ?? properties.ExtendedStatistic;
    const of = Dimensions.map(
      ({ Name, Value }: { Name: string; Value: unknown }) => `${Name} ${show(Value)}`,
    );
    return `${statistic} of ${Namespace} ${MetricName} (${of.join(", ")}) in ${Period} s`;
  }
  return (properties.Metrics ?? [])
    .map(
      ({ Expression, MetricStat }: { Expression?: string; MetricStat?: Resource["Properties"] }) =>
        Expression === undefined
          ? metricText(
              { ...MetricStat.Metric, Period: MetricStat.Period, Statistic: MetricStat.Stat },
              show,
            )
          : Expression,
    )
    .join("; ");
}
