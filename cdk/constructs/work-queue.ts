import { Duration, RemovalPolicy } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { type IQueue, Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";

/** Timeout of every function that takes messages from such a queue. */
export const CONSUMER_TIMEOUT = Duration.minutes(1);

interface WorkQueueProps {
  /** Encrypts the queue; SQS's own key where there is none. */
  readonly key: IKey | undefined;
  /** Where a message goes that failed five times. */
  readonly deadLetters: IQueue;
  /** How long messages are collected before the function is called. */
  readonly windowSeconds: number;
}

/** A standard queue of work for a function: at least once, in any order. */
export function workQueue(scope: Construct, id: string, props: WorkQueueProps): IQueue {
  const { key, deadLetters, windowSeconds } = props;
  return new Queue(scope, id, {
    ...queueEncryption(key),
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
    // Six times the consumer's timeout, and its batching window.
    // Source: "Using Lambda with Amazon SQS", AWS Lambda developer guide.
    visibilityTimeout: Duration.seconds(6 * CONSUMER_TIMEOUT.toSeconds() + windowSeconds),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: 5 },
    removalPolicy: RemovalPolicy.DESTROY,
  });
}

/** How a queue is encrypted with a key, or without one. */
export function queueEncryption(key: IKey | undefined) {
  return key
    ? { encryption: QueueEncryption.KMS, encryptionMasterKey: key }
    : { encryption: QueueEncryption.SQS_MANAGED };
}
