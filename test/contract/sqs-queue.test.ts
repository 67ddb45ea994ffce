import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sqsQueue } from "../../aws/sqs-queue.ts";
import { InvalidInputError, TooLargeError, UnavailableError } from "../../core/errors.ts";
import { queueContract } from "./queue.ts";

let server: FauxqsServer;
let made = 0;

beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
});

afterAll(() => server.stop());

const clientOf = (endpoint: string) =>
  new SQSClient({
    endpoint,
    region: "us-east-1",
    maxAttempts: 1,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });

async function make() {
  const client = clientOf(server.address);
  const created = await client.send(new CreateQueueCommand({ QueueName: `queue-${made++}` }));
  const queueUrl = created.QueueUrl ?? "";

  const drain = async () => {
    const bodies: string[] = [];
    for (;;) {
      const received = await client.send(
        new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }),
      );
      if (!received.Messages?.length) return bodies;
      for (const { Body = "", ReceiptHandle } of received.Messages) {
        bodies.push(Body);
        await client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
      }
    }
  };
  return { queue: sqsQueue({ client, queueUrl }), drain };
}

queueContract("sqs", make);

describe("sqsQueue", () => {
  it("fails with TooLargeError on more than a message may hold", async () => {
    const { queue } = await make();
    await expect(queue.send("x".repeat(1_048_577))).rejects.toThrow(TooLargeError);
  });

  it("fails with InvalidInputError on a character that SQS refuses", async () => {
    const { queue } = await make();
    await expect(queue.send("a\u0001b")).rejects.toThrow(InvalidInputError);
  });

  it("fails with UnavailableError where nobody answers", async () => {
    const queueUrl = "http://127.0.0.1:1/000000000000/q";
    const queue = sqsQueue({ client: clientOf("http://127.0.0.1:1"), queueUrl });
    await expect(queue.send("body")).rejects.toThrow(UnavailableError);
  });
});
