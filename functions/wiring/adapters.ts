import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { ulid } from "ulid";
import { documentClient } from "../../aws/document-client.ts";
import { dynamodbFeatureStore } from "../../aws/dynamodb-features.ts";
import { dynamodbRegistry } from "../../aws/dynamodb-registry.ts";
import { dynamodbTokens } from "../../aws/dynamodb-tokens.ts";
import { s3ObjectStore } from "../../aws/s3-object-store.ts";
import { snsAlerts } from "../../aws/sns-alerts.ts";
import { sqsQueue } from "../../aws/sqs-queue.ts";
import { stepFunctionsStart } from "../../aws/step-functions.ts";
import type { AccessTokens } from "../../core/access/access-token.ts";
import type { FeatureStore } from "../../core/features/feature-store.ts";
import type { Alerts } from "../../core/ports/alerts.ts";
import type { StartExecution } from "../../core/ports/executions.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import type { Queue } from "../../core/ports/queue.ts";
import type { Registry } from "../../core/registry/registry.ts";
import { environment } from "../environment.ts";
import { COPIES_DIRECTORY } from "./local-copies.ts";

/** The ports of core on AWS, as the environment of a function says. One call for each cold start. */

export const awsObjectStore = (): ObjectStore =>
  s3ObjectStore({
    client: new S3Client({}),
    bucket: environment.bucket,
    cacheDirectory: COPIES_DIRECTORY,
  });

/** One for all tables of a function: the first call opens the connection that the others use. */
let client: DynamoDBDocumentClient | undefined;
const sharedClient = (): DynamoDBDocumentClient => {
  client ??= documentClient();
  return client;
};

export const awsRegistry = (): Registry =>
  dynamodbRegistry({
    client: sharedClient(),
    table: environment.table,
    clock: Date.now,
    newId: ulid,
  });

export const awsTokens = (): AccessTokens =>
  dynamodbTokens({ client: sharedClient(), table: environment.table, clock: Date.now });

export const awsPredictionQueue = (): Queue =>
  sqsQueue({ client: new SQSClient({}), queueUrl: environment.predictionQueueUrl });

export const awsEventQueue = (): Queue =>
  sqsQueue({ client: new SQSClient({}), queueUrl: environment.eventQueueUrl });

export const awsFeatureStore = (): FeatureStore =>
  dynamodbFeatureStore({
    client: sharedClient(),
    table: environment.featureTable,
    clock: Date.now,
    newId: ulid,
  });

export const awsAlerts = (): Alerts =>
  snsAlerts({ client: new SNSClient({}), topicArn: environment.alertTopicArn });

export const awsTraining = (): StartExecution =>
  stepFunctionsStart({ client: new SFNClient({}), stateMachineArn: environment.trainingArn });
