import { Duration, RemovalPolicy } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { type IQueue, Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { acknowledgeServerless } from "../acknowledge.ts";
import type { PlatformFunction } from "./platform-function.ts";

/** Timeout of every function that takes messages from such a queue. */
export const CONSUMER_TIMEOUT = Duration.minutes(1);

interface WorkQueueProps {
  /** Encrypts the queue; SQS's own key where there is none. */
  readonly key: IKey | undefined;
  /** Where a message goes that failed five times, or as often as `retry` says. */
  readonly deadLetters: IQueue;
  /** How long messages are collected before the function is called. */
  readonly windowSeconds: number;
  /**
   * For messages that may have to wait for something.
   *
   * @default - five times, as soon as nobody can be at work on it any more
   */
  readonly retry?: { readonly after: Duration; readonly mostReceives: number };
}

/** A standard queue of work for a function: at least once, in any order. */
export function workQueue(scope: Construct, id: string, props: WorkQueueProps): IQueue {
  const { key, deadLetters, windowSeconds, retry } = props;
  // Six times the consumer's timeout, and its batching window.
  // Source: "Using Lambda with Amazon SQS", AWS Lambda developer guide.
  const leastSeconds = 6 * CONSUMER_TIMEOUT.toSeconds() + windowSeconds;
  return new Queue(scope, id, {
    ...queueEncryption(key),
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
    visibilityTimeout: Duration.seconds(Math.max(leastSeconds, retry?.after.toSeconds() ?? 0)),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: retry?.mostReceives ?? 5 },
    removalPolicy: RemovalPolicy.DESTROY,
  });
}

/** How the messages of a queue come to a function. */
export interface Batching {
  /** Messages of a call, at most. */
  readonly messages: number;
  /** How long messages are collected before a call, at most. */
  readonly windowSeconds: number;
}

/** Calls a function with the queue's messages; it says which of them failed. */
export function takeFrom(
  queue: IQueue,
  consumer: PlatformFunction,
  { messages, windowSeconds }: Batching,
): void {
  consumer.addEventSource(
    new SqsEventSource(queue, {
      batchSize: messages,
      maxBatchingWindow: Duration.seconds(windowSeconds),
      maxConcurrency: 5,
      reportBatchItemFailures: true,
    }),
  );
  acknowledgeServerless(
    consumer,
    "LambdaEventSourceMappingDestination",
    "what failed five times goes to the dead letters by the queue's redrive policy; a mapping of SQS has no destination of its own",
  );
}

/** How a queue is encrypted with a key, or without one. */
export function queueEncryption(key: IKey | undefined) {
  return key
    ? { encryption: QueueEncryption.KMS, encryptionMasterKey: key }
    : { encryption: QueueEncryption.SQS_MANAGED };
}
