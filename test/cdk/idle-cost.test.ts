import { join } from "node:path";
import type { Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { type Resource, synthesizedStack } from "./synthesized-stack.ts";

/** Whatever is not on this list must be looked at: is it billed while nobody uses it? */
const BILLED_BY_USE = new Set([
  // by the bytes that a query reads; names and settings are free
  "AWS::Athena::NamedQuery",
  "AWS::Athena::WorkGroup",
  // free, unless it acts by itself, which this one does not
  "AWS::Budgets::Budget",
  "AWS::CDK::Metadata",
  // by the month, the first ten and three free: docs/deploy.md says so
  "AWS::CloudWatch::Alarm",
  "AWS::CloudWatch::Dashboard",
  "AWS::DynamoDB::Table",
  // a network without anything in it that forwards or translates is free
  "AWS::EC2::InternetGateway",
  "AWS::EC2::Route",
  "AWS::EC2::RouteTable",
  "AWS::EC2::SecurityGroup",
  "AWS::EC2::Subnet",
  "AWS::EC2::SubnetRouteTableAssociation",
  "AWS::EC2::VPC",
  // of type Gateway only, see HOURLY
  "AWS::EC2::VPCEndpoint",
  "AWS::EC2::VPCGatewayAttachment",
  // by the second of a task that runs; a service would keep one running
  "AWS::ECS::Cluster",
  "AWS::ECS::TaskDefinition",
  // a million objects of the catalog are free
  "AWS::Glue::Database",
  "AWS::Glue::Table",
  "AWS::IAM::Policy",
  "AWS::IAM::Role",
  // by the month, where it is asked for
  "AWS::KMS::Alias",
  "AWS::KMS::Key",
  "AWS::Lambda::EventSourceMapping",
  "AWS::Lambda::Function",
  "AWS::Lambda::LayerVersion",
  "AWS::Lambda::Permission",
  "AWS::Lambda::Url",
  "AWS::Lambda::Version",
  "AWS::Logs::LogGroup",
  "AWS::Logs::QueryDefinition",
  "AWS::S3::Bucket",
  "AWS::S3::BucketPolicy",
  "AWS::SNS::Subscription",
  "AWS::SNS::Topic",
  "AWS::SNS::TopicPolicy",
  "AWS::SQS::Queue",
  "AWS::SQS::QueuePolicy",
  "AWS::Scheduler::Schedule",
  "AWS::StepFunctions::StateMachine",
  "Custom::Trigger",
]);

/** What makes a resource of such a type one that is billed by the hour. */
const HOURLY: Readonly<Record<string, (properties: Resource["Properties"]) => boolean>> = {
  // `BillingMode` is PROVISIONED where nothing is said.
  "AWS::DynamoDB::Table": ({ BillingMode }) => BillingMode !== "PAY_PER_REQUEST",
  "AWS::EC2::VPCEndpoint": ({ VpcEndpointType = "Gateway" }) => VpcEndpointType !== "Gateway",
  "AWS::Lambda::EventSourceMapping": ({ ProvisionedPollerConfig }) =>
    ProvisionedPollerConfig !== undefined,
  "AWS::Lambda::Function": ({ SnapStart }) => SnapStart?.ApplyOn === "PublishedVersions",
  "AWS::Lambda::Version": ({ ProvisionedConcurrencyConfig }) =>
    ProvisionedConcurrencyConfig !== undefined,
};

/** Types of resources that are billed while nobody uses them. */
function billedByTheHour(template: Template, ...planted: readonly Resource[]): readonly string[] {
  const resources: Resource[] = [
    ...Object.values<Resource>(template.toJSON().Resources),
    ...planted,
  ];
  expect(resources.length, "a template without resources proves nothing").toBeGreaterThan(50);
  const found = resources.filter(
    ({ Type, Properties = {} }) => !BILLED_BY_USE.has(Type) || HOURLY[Type]?.(Properties),
  );
  return [...new Set(found.map(({ Type }) => Type))];
}

const standard = synthesizedStack().template;
const onFargate = join(import.meta.dirname, "fixtures", "fargate-definitions");

describe("what the stack costs while nobody uses it", () => {
  it.each<readonly [string, () => Template]>([
    ["by default", () => standard],
    [
      "with training in containers",
      () => synthesizedStack({}, { definitions: onFargate }).template,
    ],
    [
      "in production with a key of the account and an address",
      () =>
        synthesizedStack({
          stage: "production",
          encryption: "kms",
          alertEmail: "ops@example.com",
          endpointAuth: "none",
        }).template,
    ],
  ])("is nothing by the hour %s", (_name, synthesize) => {
    expect(billedByTheHour(synthesize())).toEqual([]);
  });

  it.each([
    ["AWS::EC2::NatGateway", { SubnetId: "subnet-1" }],
    ["AWS::EC2::EIP", {}],
    ["AWS::EC2::VPCEndpoint", { VpcEndpointType: "Interface", ServiceName: "s", VpcId: "v" }],
    ["AWS::ECS::Service", { DesiredCount: 1 }],
    ["AWS::DynamoDB::Table", { KeySchema: [] }],
    ["AWS::Lambda::Version", { ProvisionedConcurrencyConfig: {}, FunctionName: "f" }],
    ["AWS::Lambda::Alias", { ProvisionedConcurrencyConfig: {} }],
    ["AWS::SageMaker::Endpoint", {}],
  ])("fails on a planted %s", (Type, Properties) => {
    expect(billedByTheHour(standard, { Type, Properties })).toEqual([Type]);
  });
});
