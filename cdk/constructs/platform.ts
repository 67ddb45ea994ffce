import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import { Effect, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { type IKey, Key } from "aws-cdk-lib/aws-kms";
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from "aws-cdk-lib/aws-s3";
import { type ITopic, Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { type IQueue, Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { LOG_BATCHING } from "../../core/inference/log-batching.ts";
import { acknowledgeServerless } from "../acknowledge.ts";
import { keptTable } from "./kept-table.ts";
import { queueEncryption, workQueue } from "./work-queue.ts";

/** What holds state, as every other construct needs it. `Platform` makes it; any object that has it will do. */
export interface IPlatform {
  /** Objects, under the keys of `core/storage-keys.ts`. */
  readonly bucket: IBucket;
  /** The registry: string keys `pk` and `sk`. */
  readonly registry: ITable;
  /** Predictions on their way to a file. */
  readonly predictionQueue: IQueue;
  /** What could not be delivered: logged predictions and events that failed five times, and missed schedules. */
  readonly deadLetters: IQueue;
  /** Where alarms and workflows send what a person should know. */
  readonly alerts: ITopic;
  /** Encrypts all of them; `undefined` where AWS owns the keys. */
  readonly key?: IKey;
}

export interface PlatformProps {
  /**
   * `sse-s3`: keys that AWS owns, no cost. `kms`: a rotating key of this account, about 1 USD a month.
   *
   * @default - sse-s3, and the given `encryptionKey` where there is one
   */
  readonly encryption?: "sse-s3" | "kms";
  /**
   * An existing key for what this construct makes. Functions may use it for existing resources too.
   *
   * @default - see `encryption`
   */
  readonly encryptionKey?: IKey;
  /**
   * An existing bucket; its lifecycle, versions and encryption stay its owner's. A key that it is
   * encrypted with must be known: import it with `encryptionKey`.
   *
   * @default - a private, versioned bucket that stays when the stack is removed
   */
  readonly bucket?: IBucket;
  /**
   * Takes the new bucket's access logs. Not used with an existing `bucket`.
   *
   * @default - a bucket for it
   */
  readonly accessLogsBucket?: IBucket;
  /**
   * An existing table with string keys `pk` and `sk`.
   *
   * @default - a table that is billed by request and stays when the stack is removed
   */
  readonly registry?: ITable;
  /**
   * An existing topic. The policy of an imported one cannot be changed here: its owner must allow
   * `cloudwatch.amazonaws.com` to publish.
   *
   * @default - a topic
   */
  readonly alerts?: ITopic;
  /**
   * Subscribed to alerts; must confirm once.
   *
   * @default - nobody
   */
  readonly alertEmail?: string;
  /** Days that a replaced or removed object can be brought back. @default 30 */
  readonly noncurrentVersionDays?: number;
  /** Days that logged predictions are kept. @default 400 */
  readonly predictionRetentionDays?: number;
  /** Days that the access logs of the bucket are kept. @default 90 */
  readonly accessLogRetentionDays?: number;
  /** Refuses to delete the new table until that is switched off. @default false */
  readonly deletionProtection?: boolean;
}

/**
 * What holds state: objects, the registry, predictions on their way to a file, and the topic that
 * alerts go to. Bucket and table stay when the stack is removed.
 */
export class Platform extends Construct implements IPlatform {
  readonly key?: IKey;
  readonly bucket: IBucket;
  readonly registry: ITable;
  readonly predictionQueue: IQueue;
  readonly deadLetters: IQueue;
  readonly alerts: ITopic;

  constructor(scope: Construct, id: string, props: PlatformProps = {}) {
    super(scope, id);
    const key = this.chooseKey(props);
    if (key) this.key = key;
    this.bucket = props.bucket ?? this.createBucket(props);
    this.registry = props.registry ?? this.createRegistry(props);
    this.deadLetters = new Queue(this, "DeadLetters", {
      ...queueEncryption(this.key),
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    acknowledgeServerless(
      this.deadLetters,
      "SQSRedrivePolicy",
      "it is the dead letter queue itself; an alarm tells people when something is in it",
    );
    this.predictionQueue = this.createPredictionQueue();
    this.alerts = props.alerts ?? this.createAlerts();
    this.allowAlarms();
    if (props.alertEmail) this.mailAlerts(props.alertEmail);
  }

  private chooseKey({ encryption, encryptionKey }: PlatformProps): IKey | undefined {
    if (encryptionKey && encryption === "sse-s3") {
      throw new Error(
        `${this.node.path} is given an encryptionKey and encryption "sse-s3"; leave one of them out`,
      );
    }
    if (encryptionKey) return encryptionKey;
    if (encryption !== "kms") return undefined;
    return new Key(this, "Key", {
      description: "Millrace: objects, registry, queues and alerts",
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  private createBucket(props: PlatformProps): IBucket {
    const { noncurrentVersionDays = 30, predictionRetentionDays = 400 } = props;
    return retainPolicy(
      new Bucket(this, "Objects", {
        ...PRIVATE_BUCKET,
        ...(this.key
          ? {
              encryption: BucketEncryption.KMS,
              encryptionKey: this.key,
              bucketKeyEnabled: true,
            }
          : { encryption: BucketEncryption.S3_MANAGED }),
        versioned: true,
        serverAccessLogsBucket: props.accessLogsBucket ?? this.createAccessLogs(props),
        lifecycleRules: [
          {
            id: "replaced-objects",
            noncurrentVersionExpiration: Duration.days(noncurrentVersionDays),
            abortIncompleteMultipartUploadAfter: Duration.days(7),
          },
          {
            id: "logged-predictions",
            prefix: "predictions/",
            expiration: Duration.days(predictionRetentionDays),
          },
          // A query is asked again sooner than its result is looked for.
          { id: "query-results", prefix: "athena/", expiration: Duration.days(7) },
          // Of use to the run that wrote them, and for as long as it can be redriven: 14 days.
          // Source: "Redriving state machine executions", AWS Step Functions developer guide.
          { id: "staged-rows", prefix: "staged/", expiration: Duration.days(14) },
        ],
      }),
    );
  }

  private createAccessLogs({ accessLogRetentionDays = 90 }: PlatformProps): IBucket {
    return retainPolicy(
      new Bucket(this, "AccessLogs", {
        ...PRIVATE_BUCKET,
        // S3 delivers its logs to no bucket that is encrypted with a key of the account by default.
        encryption: BucketEncryption.S3_MANAGED,
        lifecycleRules: [{ expiration: Duration.days(accessLogRetentionDays) }],
      }),
    );
  }

  private createRegistry({ deletionProtection = false }: PlatformProps): ITable {
    return keptTable(this, "Registry", { key: this.key, deletionProtection });
  }

  private createPredictionQueue(): IQueue {
    return workQueue(this, "PredictionQueue", {
      key: this.key,
      deadLetters: this.deadLetters,
      windowSeconds: LOG_BATCHING.windowSeconds,
    });
  }

  private createAlerts(): ITopic {
    return new Topic(this, "Alerts", {
      displayName: "Millrace",
      enforceSSL: true,
      ...(this.key && { masterKey: this.key }),
    });
  }

  private mailAlerts(address: string): void {
    const subscription = this.alerts.addSubscription(new EmailSubscription(address));
    // Source: "Amazon SNS message delivery retries", Amazon SNS developer guide.
    acknowledgeServerless(
      subscription,
      "SNSRedrivePolicy",
      "SNS tries to mail for six hours; what it gives up stands in the alarm's history and the run's record",
    );
  }

  /** A topic with a policy of its own loses the default one, by which alarms may publish. */
  private allowAlarms(): void {
    const { alerts } = this;
    alerts.addToResourcePolicy(
      new PolicyStatement({
        sid: "Alarms",
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
        actions: ["sns:Publish"],
        resources: [alerts.topicArn],
        conditions: { StringEquals: { "aws:SourceAccount": Stack.of(this).account } },
      }),
    );
    this.key?.grantEncryptDecrypt(new ServicePrincipal("cloudwatch.amazonaws.com"));
  }
}

const PRIVATE_BUCKET = {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
  removalPolicy: RemovalPolicy.RETAIN,
};

/** A bucket that stays keeps what refuses requests without TLS. */
function retainPolicy(bucket: Bucket): IBucket {
  bucket.policy?.applyRemovalPolicy(RemovalPolicy.RETAIN);
  // Bucket's optional members are written without `undefined`, which this compiler option minds.
  return bucket as IBucket;
}
