import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { REGION } from "./template-values.ts";
import type { WorkflowWorld } from "./workflow-world.ts";

/** Hands what waits in the prediction queue to `log-predictions`. */
export const pollPredictions = (world: WorkflowWorld) =>
  poll(world, world.deployment.queueUrl, "log-predictions");

/** Hands what waits in the queue of events to `ingest-events`. */
export const pollEvents = (world: WorkflowWorld) =>
  poll(world, world.deployment.eventQueueUrl, "ingest-events");

/**
 * Hands what waits in a queue to its consumer, as Lambda's poller does: with the
 * function's own role.
 *
 * Source: "Creating and configuring an Amazon SQS event source mapping", AWS Lambda developer guide.
 *
 * @returns how many messages the function took, and how many it gave back
 */
async function poll(
  world: WorkflowWorld,
  QueueUrl: string,
  fn: string,
): Promise<{ readonly taken: number; readonly given: number }> {
  const consumer = world.deployment.functions.find(({ name }) => name === fn);
  const client = new SQSClient({
    region: REGION,
    endpoint: world.services.endpoint,
    credentials: { accessKeyId: `${consumer?.logicalId}.poller`, secretAccessKey: "secret" },
  });
  await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
  );
  const Records = Messages.map(({ MessageId, Body }) => ({ messageId: MessageId, body: Body }));
  const { output, error } = await world.call(fn, { Records });
  if (error) throw Object.assign(new Error(), error);
  const { batchItemFailures } = output as { batchItemFailures: { itemIdentifier: string }[] };
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  for (const { MessageId = "", ReceiptHandle } of Messages) {
    if (failed.has(MessageId)) continue;
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  }
  client.destroy();
  return { taken: Messages.length - failed.size, given: failed.size };
}
