import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
} from "@aws-sdk/client-cloudformation";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { documentClient } from "../aws/document-client.ts";
import { dynamodbRegistry } from "../aws/dynamodb-registry.ts";
import { dynamodbTokens } from "../aws/dynamodb-tokens.ts";
import { s3ObjectStore } from "../aws/s3-object-store.ts";
import type { AccessTokens } from "../core/access/access-token.ts";
import type { ObjectStore } from "../core/ports/object-store.ts";
import type { Registry } from "../core/registry/registry.ts";
import { RefusedError } from "./client.ts";

/** Clients of one region, with the credentials of the environment or of the AWS profile. */
export interface AwsClients {
  readonly cloudFormation: CloudFormationClient;
  readonly cloudWatch: CloudWatchClient;
  readonly logs: CloudWatchLogsClient;
  readonly documents: DynamoDBDocumentClient;
  readonly lambda: LambdaClient;
  readonly s3: S3Client;
  readonly scheduler: SchedulerClient;
  readonly stepFunctions: SFNClient;
  readonly sqs: SQSClient;
}

/** What CloudFormation made. */
export interface DeployedResource {
  /** Such as `AWS::SQS::Queue`. */
  readonly type: string;
  readonly logicalId: string;
  /** A name, URL or ARN, as the type has it. */
  readonly physicalId: string;
  /** Such as `CREATE_COMPLETE`. */
  readonly status: string;
}

/** A stack of Millrace as it is deployed. */
export interface Deployment {
  readonly stack: string;
  readonly region: string;
  /** Of the stack, such as `UPDATE_COMPLETE`. */
  readonly status: string;
  /** By the names that `docs/deploy.md` lists. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly resources: readonly DeployedResource[];
  readonly clients: AwsClients;
}

/** @param region the AWS profile's where it is left out */
export function awsClients(region?: string): AwsClients {
  const config = region === undefined ? {} : { region };
  return {
    cloudFormation: new CloudFormationClient(config),
    cloudWatch: new CloudWatchClient(config),
    logs: new CloudWatchLogsClient(config),
    documents: documentClient(config),
    lambda: new LambdaClient(config),
    // AWS_ENDPOINT_URL is one address, not one for each bucket
    s3: new S3Client({ ...config, forcePathStyle: "AWS_ENDPOINT_URL" in process.env }),
    scheduler: new SchedulerClient(config),
    stepFunctions: new SFNClient(config),
    // the region's endpoint, or AWS_ENDPOINT_URL: a queue's address may name another host
    sqs: new SQSClient({ ...config, useQueueUrlAsEndpoint: false }),
  };
}

/**
 * Looks a deployment up by the name of its stack.
 *
 * @param region the AWS profile's where it is left out
 * @throws {RefusedError} if there is no such stack, no region or no right to look
 */
export async function describeDeployment(
  stack: string,
  region?: string,
  clients = awsClients(region),
): Promise<Deployment> {
  const { cloudFormation } = clients;
  try {
    const found = await cloudFormation.send(new DescribeStacksCommand({ StackName: stack }));
    const described = found.Stacks?.[0];
    const outputs = (described?.Outputs ?? []).map(
      ({ OutputKey = "", OutputValue = "" }) => [OutputKey, OutputValue] as const,
    );
    return {
      stack,
      region: await cloudFormation.config.region(),
      status: described?.StackStatus ?? "UNKNOWN",
      outputs: Object.fromEntries(outputs),
      resources: await resourcesOf(cloudFormation, stack),
      clients,
    };
  } catch (cause) {
    const { message } = cause as Error;
    throw new RefusedError(`cannot look at stack ${stack}: ${message}`, { cause });
  }
}

async function resourcesOf(
  client: CloudFormationClient,
  stack: string,
): Promise<readonly DeployedResource[]> {
  const resources: DeployedResource[] = [];
  for await (const page of paginateListStackResources({ client }, { StackName: stack })) {
    for (const found of page.StackResourceSummaries ?? []) {
      resources.push({
        type: found.ResourceType ?? "",
        logicalId: found.LogicalResourceId ?? "",
        physicalId: found.PhysicalResourceId ?? "",
        status: found.ResourceStatus ?? "",
      });
    }
  }
  return resources;
}

/** @throws {RefusedError} if the stack has no such output: it is none of Millrace, or an old one */
export function outputOf({ stack, outputs }: Deployment, name: string): string {
  const value = outputs[name];
  if (value !== undefined) return value;
  throw new RefusedError(
    `stack ${stack} has no output ${name}; is it one of Millrace, and up to date?`,
  );
}

/** The deployment's objects; copies of `localPath` go to the system's temporary folder. */
export const deployedStore = (deployment: Deployment): ObjectStore =>
  s3ObjectStore({
    client: deployment.clients.s3,
    bucket: outputOf(deployment, "BucketName"),
    cacheDirectory: join(tmpdir(), "millrace", deployment.stack),
  });

/** The deployment's registry. */
export const deployedRegistry = (deployment: Deployment): Registry =>
  dynamodbRegistry({
    client: deployment.clients.documents,
    table: outputOf(deployment, "RegistryTableName"),
    clock: Date.now,
    newId: () => crypto.randomUUID(),
  });

/** The deployment's access tokens. */
export const deployedTokens = (deployment: Deployment): AccessTokens =>
  dynamodbTokens({
    client: deployment.clients.documents,
    table: outputOf(deployment, "RegistryTableName"),
    clock: Date.now,
  });
