import { join } from "node:path";
import type { Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { readDefinitionsAsset } from "../../cdk/definitions-asset.ts";
import { readSettings } from "../../cdk/settings.ts";
import { MillraceStack } from "../../cdk/stacks/millrace-stack.ts";
import { type Resource, resourcesOf, synthesizedStack, testApp } from "./synthesized-stack.ts";

const fixtures = join(import.meta.dirname, "fixtures");
const layer = join(fixtures, "layer");

/** One app with a stack for each stage, as `cdk deploy -c stage=…` makes them one after the other. */
function stagesOf(names: readonly string[]): readonly MillraceStack[] {
  const app = testApp();
  const stages = { "*": { logRetentionDays: 30 }, production: { encryption: "kms" } };
  return names.map(
    (stage) =>
      new MillraceStack(app, `millrace-${stage}`, {
        settings: readSettings((key) => ({ stage, stages })[key]),
        layerFolders: { onnxruntime: layer, duckdb: layer },
        definitions: readDefinitionsAsset(join(fixtures, "definitions")),
        gitCommit: "0123456789abcdef0123456789abcdef01234567",
      }),
  );
}

/** Names that must be unique in an account and region: the properties that name a resource. */
const NAMING = new Set([
  ...["AlarmName", "AliasName", "BucketName", "BudgetName", "ClusterName", "DashboardName"],
  ...["Family", "FunctionName", "LayerName", "LogGroupName", "ManagedPolicyName", "Name"],
  ...["PolicyName", "QueueName", "RoleName", "StateMachineName", "TableName", "TopicName"],
]);
/** Names of these are unique within a role or workgroup, or say which function they belong to. */
const NAMED_WITHIN_ANOTHER = new Set([
  "AWS::Athena::NamedQuery",
  "AWS::IAM::Policy",
  "AWS::Lambda::EventSourceMapping",
  "AWS::Lambda::Version",
]);

/** Physical names that a template gives, with the stack's own name put in. */
function physicalNames(stack: Stack): readonly string[] {
  const resources = Object.values(Template.fromStack(stack).toJSON().Resources) as Resource[];
  return resources
    .filter(({ Type }) => !NAMED_WITHIN_ANOTHER.has(Type))
    .flatMap(({ Type, Properties = {} }) =>
      Object.entries({ ...Properties, ...Properties.Budget, ...Properties.DatabaseInput })
        .filter(([property]) => NAMING.has(property))
        .map(
          ([property, value]) =>
            `${Type} ${property} ${JSON.stringify(value).replace('{"Ref":"AWS::StackName"}', stack.stackName)}`,
        ),
    );
}

const repeated = (values: readonly string[]) =>
  values.filter((value, index) => values.indexOf(value) !== index);

describe("stages side by side", () => {
  const stacks = stagesOf(["dev", "staging", "production"]);

  it("share no physical name", () => {
    const names = stacks.flatMap(physicalNames);

    expect(repeated(names)).toEqual([]);
  });

  it("share no export", () => {
    const exports = stacks.flatMap((stack) =>
      Object.values(Template.fromStack(stack).toJSON().Outputs ?? {}).flatMap((output) => {
        const { Export } = output as { readonly Export?: { readonly Name: unknown } };
        return Export ? [JSON.stringify(Export.Name)] : [];
      }),
    );

    expect(repeated(exports)).toEqual([]);
  });

  it("fails to tell two stages apart where a name is planted in both", () => {
    const planted = stagesOf(["dev", "staging"]);
    for (const { platform } of planted) {
      const [bucket] = platform.bucket.node.findAll().filter(({ node }) => node.id === "Resource");
      Object.assign(bucket ?? {}, { bucketName: "millrace-objects" });
    }

    expect(repeated(planted.flatMap(physicalNames))).toEqual([
      'AWS::S3::Bucket BucketName "millrace-objects"',
    ]);
  });

  it("have settings of their own", () => {
    const [dev, , production] = stacks.map((stack) => Template.fromStack(stack));

    dev?.resourceCountIs("AWS::KMS::Key", 0);
    production?.resourceCountIs("AWS::KMS::Key", 1);
    for (const template of [dev, production]) {
      template?.allResourcesProperties("AWS::Logs::LogGroup", { RetentionInDays: 30 });
    }
  });

  it("refuse to be removed in production only", () => {
    const isProtected = stacks.map((stack) => [
      stack.terminationProtection,
      [...resourcesOf(Template.fromStack(stack), "AWS::DynamoDB::Table").values()].map(
        ({ Properties }) => Properties.DeletionProtectionEnabled,
      ),
    ]);

    expect(isProtected).toEqual([
      [false, [false, false]],
      [false, [false, false]],
      [true, [true, true]],
    ]);
  });
});

describe("the permissions boundary", () => {
  const boundaries = (permissionsBoundary: string) =>
    [...resourcesOf(synthesizedStack({ permissionsBoundary }).template, "AWS::IAM::Role")].map(
      ([path, { Properties }]) => [path, JSON.stringify(Properties.PermissionsBoundary)] as const,
    );

  it("bounds every role of the stack, that of CDK's own trigger too", () => {
    const arn = "arn:aws:iam::123456789012:policy/teams/boundary";
    const roles = boundaries(arn);

    expect(roles.filter(([path]) => path.startsWith("AWSCDK."))).toHaveLength(1);
    expect(roles.length).toBeGreaterThan(15);
    expect(roles.filter(([, boundary]) => boundary !== JSON.stringify(arn))).toEqual([]);
  });

  it("may be named: a policy of the account that is deployed to", () => {
    for (const [path, boundary] of boundaries("team-boundary")) {
      expect(boundary, path).toMatch(/"AWS::AccountId".*policy\/team-boundary/);
    }
  });

  it("is absent where none is asked for", () => {
    const { template } = synthesizedStack();

    expect(JSON.stringify(template.toJSON())).not.toContain("PermissionsBoundary");
  });
});

describe("tags", () => {
  const tags = { team: "risk", application: "millrace", stage: "dev" };
  const { stack, template } = synthesizedStack({ tags: { team: "risk" } });
  const resources = Object.values(template.toJSON().Resources) as Resource[];
  const tagsOf = ({ Properties }: Resource): unknown =>
    Array.isArray(Properties?.Tags)
      ? Object.fromEntries(
          Properties.Tags.map(({ Key, Value }: { Key: string; Value: string }) => [Key, Value]),
        )
      : Properties?.Tags;

  /** What CloudFormation gives no tags to, by the template reference of each type. */
  const UNTAGGABLE = new Set([
    "AWS::Athena::NamedQuery",
    // has tags of another form, which CDK does not set; it costs nothing
    "AWS::Budgets::Budget",
    "AWS::CDK::Metadata",
    "AWS::CloudWatch::Dashboard",
    "AWS::Glue::Database",
    "AWS::Glue::Table",
    "AWS::IAM::Policy",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::Url",
    "AWS::Lambda::Version",
    "AWS::Logs::QueryDefinition",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
    "AWS::Scheduler::Schedule",
    "Custom::Trigger",
  ]);

  it("are on everything that can be tagged", () => {
    const untagged = resources
      .filter(({ Type, Metadata }) => {
        // CDK writes its trigger's function and role as plain resources; they have the stack's tags.
        const isCdks = Metadata?.["aws:cdk:path"]?.includes("/AWSCDK.") ?? false;
        return !UNTAGGABLE.has(Type) && !isCdks;
      })
      .filter((resource) => JSON.stringify(tagsOf(resource)) !== JSON.stringify(sorted(tags)));

    expect(untagged.map(({ Type, Metadata }) => [Type, Metadata?.["aws:cdk:path"]])).toEqual([]);
  });

  it("are the stack's, so that CloudFormation passes them on", () => {
    expect(stack.tags.tagValues()).toEqual(tags);
  });
});

const sorted = (tags: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(tags).toSorted(([a], [b]) => a.localeCompare(b)));
