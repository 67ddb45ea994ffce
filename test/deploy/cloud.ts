import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { ulid } from "ulid";
import { documentClient } from "../../aws/document-client.ts";
import { dynamodbRegistry } from "../../aws/dynamodb-registry.ts";
import type { Registry } from "../../core/registry/registry.ts";

export const REGION = "us-east-1";
/** What emulators take for an account and its keys; they are valid nowhere else. */
export const ACCOUNT = "000000000000";
export const CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" };

/** Clients of one emulator. */
export interface Cloud {
  readonly endpoint: string;
  /** For other clients. */
  readonly config: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: typeof CREDENTIALS;
  };
  readonly cloudFormation: CloudFormationClient;
  readonly cloudWatch: CloudWatchClient;
  readonly s3: S3Client;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  readonly stepFunctions: SFNClient;
  /** The product's own adapter over a table of the emulator. */
  readonly registry: (table: string) => Registry;
}

export function openCloud(endpoint: string): Cloud {
  const config = { endpoint, region: REGION, credentials: CREDENTIALS };
  return {
    endpoint,
    config,
    cloudFormation: new CloudFormationClient(config),
    cloudWatch: new CloudWatchClient(config),
    s3: new S3Client({ ...config, forcePathStyle: true }),
    sns: new SNSClient(config),
    sqs: new SQSClient(config),
    stepFunctions: new SFNClient(config),
    registry: (table) =>
      dynamodbRegistry({ client: documentClient(config), table, clock: Date.now, newId: ulid }),
  };
}

/** For a program that talks to the emulator, and to no account of the person who runs it. */
export const cloudEnvironment = (endpoint: string): Readonly<Record<string, string>> => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: REGION,
  AWS_DEFAULT_REGION: REGION,
  AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
});
