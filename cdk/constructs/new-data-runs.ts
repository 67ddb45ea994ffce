import { Duration } from "aws-cdk-lib";
import { Match, Rule } from "aws-cdk-lib/aws-events";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import { Bucket, CfnBucket } from "aws-cdk-lib/aws-s3";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { IStateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { storageKeys } from "../../core/storage-keys.ts";
import { grantObjects, grantRegistry } from "../grants.ts";
import type { IPlatform } from "./platform.ts";
import { type FunctionDefaults, PlatformFunction } from "./platform-function.ts";
import { CONSUMER_TIMEOUT, takeFrom, workQueue } from "./work-queue.ts";

export interface NewDataRunsProps {
  /** What holds state: a `Platform`, or anything like it. */
  readonly platform: IPlatform;
  /** Started for a model whose source has new files. */
  readonly training: IStateMachine;
  /** @default - see each of its fields */
  readonly defaults?: FunctionDefaults;
}

/**
 * Files of an upload come within minutes of each other: as many as come in five minutes are looked at
 * together. It is the longest that Lambda collects, and it collects for as long where there are few.
 *
 * Source: "Using Lambda with Amazon SQS", AWS Lambda developer guide.
 */
const BATCHING = { messages: 10_000, windowSeconds: 300 };

/** A file that came during a run waits for the run's end, and is looked at so often. */
const LOOK_AGAIN = Duration.minutes(15);
/** So often that the longest run, of a day, ends before a waiting file counts as a dead letter. */
const MOST_LOOKS = 100;

/**
 * Starts a run of each model that asks for it when files come to lie in its source: S3 tells EventBridge,
 * a rule puts what is told of `sources/` into a queue, and a function looks at it. All of it is billed by
 * use. EventBridge is told of every object of the bucket, since S3 cannot choose there.
 *
 * Notifications of an imported bucket cannot be changed here: its owner must send them to EventBridge.
 */
export class NewDataRuns extends Construct {
  readonly noticeNewData: PlatformFunction;
  /** Word of new files. */
  readonly queue: IQueue;

  constructor(scope: Construct, id: string, props: NewDataRunsProps) {
    super(scope, id);
    const { platform } = props;
    const { bucket, key, deadLetters } = platform;
    if (bucket instanceof Bucket) tellEventBridge(bucket);
    this.queue = workQueue(this, "Queue", {
      ...{ key, deadLetters, windowSeconds: BATCHING.windowSeconds },
      retry: { after: LOOK_AGAIN, mostReceives: MOST_LOOKS },
    });
    new Rule(this, "Rule", {
      description: "New objects below sources/",
      eventPattern: {
        source: ["aws.s3"],
        detailType: ["Object Created"],
        detail: {
          bucket: { name: [bucket.bucketName] },
          object: { key: Match.prefix(storageKeys.source("", "").replace(/\/+$/, "/")) },
        },
      },
      targets: [new SqsQueue(this.queue, { deadLetterQueue: deadLetters })],
    });
    this.noticeNewData = this.createFunction(props);
  }

  private createFunction({ platform, training, defaults }: NewDataRunsProps): PlatformFunction {
    const notice = new PlatformFunction(this, "NoticeNewData", {
      platform,
      defaults,
      name: "notice-new-data",
      description: "Starts runs of models whose sources have new files",
      memoryMb: 512,
      timeout: CONSUMER_TIMEOUT,
      environment: { MILLRACE_TRAINING_ARN: training.stateMachineArn },
    });
    grantObjects(platform, notice, { read: ["definitions"] });
    grantRegistry(platform, notice, ["GetItem", "Query"]);
    training.grantStartExecution(notice);
    platform.key?.grantDecrypt(notice);
    takeFrom(this.queue, notice, BATCHING);
    return notice;
  }
}

/** By the bucket's own property: CDK's prop makes a function that changes buckets behind CloudFormation's back. */
function tellEventBridge(bucket: Bucket): void {
  const { defaultChild } = bucket.node;
  if (!(defaultChild instanceof CfnBucket)) throw new Error(`${bucket.node.path} has no bucket`);
  defaultChild.notificationConfiguration = {
    eventBridgeConfiguration: { eventBridgeEnabled: true },
  };
}
