import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { buildApp } from "fauxqs";
import { startDynamodbServer } from "../local/dynamodb-server.ts";
import { fileObjectStore } from "../local/file-object-store.ts";
import { homePaths, LOCAL_FEATURES_TABLE, LOCAL_TABLE } from "../local/local-environment.ts";

const BUCKET = "millrace";
const CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" };
const REGION = "eu-central-1";

/** S3, SQS and DynamoDB on loopback, with what a home holds. */
export interface ServingServices {
  /** Variables of a function that uses them. */
  readonly variables: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Serves the models and the registry of a home that no platform uses. */
export async function startServingServices(home: string): Promise<ServingServices> {
  const app = buildApp({ logger: false });
  const address = await app.listen({ port: 0, host: "127.0.0.1" });
  const client = { endpoint: address, region: REGION, credentials: CREDENTIALS };
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  const store = fileObjectStore(homePaths.objects(home));
  for (const prefix of ["definitions/", "models/"]) {
    for await (const { key } of store.list(prefix)) {
      await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: await store.get(key) }));
    }
  }
  const sqs = new SQSClient(client);
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "predictions" }));
  const events = await sqs.send(new CreateQueueCommand({ QueueName: "events" }));
  const dynamodb = await startDynamodbServer(homePaths.registry(home), "");
  return {
    variables: {
      AWS_REGION: REGION,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "1769",
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      AWS_ENDPOINT_URL_S3: address,
      AWS_ENDPOINT_URL_SQS: address,
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
      MILLRACE_BUCKET: BUCKET,
      MILLRACE_TABLE: LOCAL_TABLE,
      MILLRACE_FEATURE_TABLE: LOCAL_FEATURES_TABLE,
      MILLRACE_PREDICTION_QUEUE_URL: QueueUrl,
      MILLRACE_EVENT_QUEUE_URL: events.QueueUrl ?? "",
    },
    stop: async () => {
      s3.destroy();
      sqs.destroy();
      await dynamodb.stop();
      await app.close();
    },
  };
}
