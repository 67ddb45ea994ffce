import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { InvalidInputError, TooLargeError } from "../core/errors.ts";
import type { Queue } from "../core/ports/queue.ts";
import { callSdk, sdkErrorName } from "./sdk-errors.ts";

// Source: "Amazon SQS message quotas", developer guide.
const MAX_MESSAGE_BYTES = 1_048_576;

/** A queue of SQS. */
export function sqsQueue(options: {
  readonly client: SQSClient;
  readonly queueUrl: string;
}): Queue {
  const { client, queueUrl } = options;
  return {
    async send(body) {
      checkMessage(body);
      const command = new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body });
      await callSdk(`queue ${queueUrl}`, () => client.send(command).catch(refused));
    },
  };
}

/** SQS takes only what XML 1.0 calls a character. */
function refused(cause: unknown): never {
  if (!sdkErrorName(cause).endsWith("InvalidMessageContents")) throw cause;
  throw new InvalidInputError("message has a character that SQS refuses; escape it", { cause });
}

function checkMessage(body: string): void {
  const sizeBytes = Buffer.byteLength(body);
  if (sizeBytes > MAX_MESSAGE_BYTES) {
    throw new TooLargeError(`message has ${sizeBytes} bytes; at most ${MAX_MESSAGE_BYTES} fit`);
  }
  if (sizeBytes === 0) throw new InvalidInputError("message is empty; send at least one character");
}
