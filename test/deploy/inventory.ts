import { DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient, paginateDescribeLogGroups } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient, paginateListTables } from "@aws-sdk/client-dynamodb";
import {
  LambdaClient,
  paginateListEventSourceMappings,
  paginateListFunctions,
  paginateListLayers,
} from "@aws-sdk/client-lambda";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { paginateListSchedules, SchedulerClient } from "@aws-sdk/client-scheduler";
import { paginateListStateMachines } from "@aws-sdk/client-sfn";
import { paginateListTopics } from "@aws-sdk/client-sns";
import { paginateListQueues } from "@aws-sdk/client-sqs";
import type { Cloud } from "./cloud.ts";
import { queried } from "./query-api.ts";

/**
 * For types of resources: what of them is there, asked of their own service, as text that holds each
 * one's physical id. CloudFormation is not believed here.
 */
export const INVENTORY: Readonly<Record<string, (cloud: Cloud) => Promise<string>>> = {
  "AWS::CloudWatch::Alarm": async ({ cloudWatch }) =>
    JSON.stringify((await cloudWatch.send(new DescribeAlarmsCommand({}))).MetricAlarms),
  // The emulator's dates of dashboards are not what the SDK takes.
  "AWS::CloudWatch::Dashboard": (cloud) =>
    queried(cloud, "monitoring", "Action=ListDashboards&Version=2010-08-01"),
  "AWS::DynamoDB::Table": ({ config }) =>
    all(paginateListTables({ client: new DynamoDBClient(config) }, {})),
  // One page of up to 1,000.
  "AWS::IAM::Role": (cloud) =>
    queried(cloud, "iam", "Action=ListRoles&Version=2010-05-08&MaxItems=1000"),
  "AWS::Lambda::EventSourceMapping": ({ config }) =>
    all(paginateListEventSourceMappings({ client: new LambdaClient(config) }, {})),
  "AWS::Lambda::Function": ({ config }) =>
    all(paginateListFunctions({ client: new LambdaClient(config) }, {})),
  "AWS::Lambda::LayerVersion": ({ config }) =>
    all(paginateListLayers({ client: new LambdaClient(config) }, {})),
  "AWS::Logs::LogGroup": ({ config }) =>
    all(paginateDescribeLogGroups({ client: new CloudWatchLogsClient(config) }, {})),
  "AWS::S3::Bucket": async ({ s3 }) =>
    JSON.stringify((await s3.send(new ListBucketsCommand({}))).Buckets),
  "AWS::SNS::Topic": ({ sns: client }) => all(paginateListTopics({ client }, {})),
  "AWS::SQS::Queue": ({ sqs: client }) => all(paginateListQueues({ client }, {})),
  "AWS::Scheduler::Schedule": ({ config }) =>
    all(paginateListSchedules({ client: new SchedulerClient(config) }, {})),
  "AWS::StepFunctions::StateMachine": ({ stepFunctions: client }) =>
    all(paginateListStateMachines({ client }, {})),
};

async function all(pages: AsyncIterable<object>): Promise<string> {
  const texts: string[] = [];
  for await (const page of pages) texts.push(JSON.stringify(page));
  return texts.join("\n");
}
