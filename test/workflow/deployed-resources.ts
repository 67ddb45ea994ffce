import { join } from "node:path";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { documentClient } from "../../aws/document-client.ts";
import { dynamodbRegistry } from "../../aws/dynamodb-registry.ts";
import { s3ObjectStore } from "../../aws/s3-object-store.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import type { Registry } from "../../core/registry/registry.ts";
import type { Deployment } from "./deployment.ts";
import type { GuardedServices } from "./guarded-services.ts";
import { REGION } from "./template-values.ts";

/** What a deployment keeps its state in, seen without IAM. */
export interface DeployedResources {
  readonly s3: S3Client;
  readonly store: ObjectStore;
  readonly registry: Registry;
}

/** Creates what CloudFormation creates from the template, as far as functions use it. */
export async function createResources(
  { bucket, registry: table, features, queueUrl, eventQueueUrl, topicName }: Deployment,
  { direct }: GuardedServices,
  folder: string,
): Promise<DeployedResources> {
  const at = (endpoint: string) => ({
    endpoint,
    region: REGION,
    credentials: { accessKeyId: "admin", secretAccessKey: "secret" },
  });
  const s3 = new S3Client({ ...at(direct.others), forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const tables = new DynamoDBClient(at(direct.dynamodb));
  for (const input of [table, features]) await tables.send(new CreateTableCommand(input as never));
  const queues = new SQSClient(at(direct.others));
  for (const url of [queueUrl, eventQueueUrl]) {
    await queues.send(new CreateQueueCommand({ QueueName: url.split("/").at(-1) }));
  }
  await new SNSClient(at(direct.others)).send(new CreateTopicCommand({ Name: topicName }));
  let ids = 0;
  return {
    s3,
    store: s3ObjectStore({ client: s3, bucket, cacheDirectory: join(folder, "looked-at") }),
    registry: dynamodbRegistry({
      client: documentClient(at(direct.dynamodb)),
      table: table.TableName,
      clock: Date.now,
      newId: () => `test-${ids++}`,
    }),
  };
}
