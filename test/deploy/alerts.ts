import { SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import { until } from "../fixtures/e2e/until.ts";
import type { Cloud } from "./cloud.ts";

/** The test's own; it does not belong to the stack. */
const QUEUE = "deployment-test-alerts";

/** What was published to the topic. */
export interface Alert {
  readonly subject: string;
  readonly message: string;
}

/** Subscribes a queue, as a pager would be. */
export async function subscribeToAlerts({ sqs, sns }: Cloud, topicArn: string): Promise<void> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: QUEUE }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
  );
  const QueueArn = Attributes?.QueueArn;
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Principal: { Service: "sns.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: QueueArn,
      Condition: { ArnEquals: { "aws:SourceArn": topicArn } },
    },
  });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  await sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: "sqs", Endpoint: QueueArn }));
}

/** Alerts since the last call. */
export async function takeAlerts({ sqs }: Cloud): Promise<readonly Alert[]> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: QUEUE }));
  const alerts: Alert[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return alerts;
    for (const { Body = "{}" } of Messages) {
      const { Subject = "", Message = "" } = JSON.parse(Body);
      alerts.push({ subject: Subject, message: Message });
    }
    const Entries = Messages.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
}

/** Waits for an alert; others that come before it are let go. */
export async function alertAbout({
  cloud,
  words,
}: {
  cloud: Cloud;
  words: RegExp;
}): Promise<Alert> {
  return until(`an alert about ${words} has come`, async () =>
    (await takeAlerts(cloud)).find(({ subject }) => words.test(subject)),
  );
}

export async function removeAlertQueue({ sqs }: Cloud): Promise<void> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: QUEUE }));
  await sqs.send(new DeleteQueueCommand({ QueueUrl }));
}
