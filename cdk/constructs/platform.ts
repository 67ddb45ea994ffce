import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { AttributeType, BillingMode, Table, TableEncryption } from "aws-cdk-lib/aws-dynamodb";
import { Effect, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from "aws-cdk-lib/aws-s3";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { Settings } from "../settings.ts";

export interface PlatformProps {
  readonly settings: Pick<
    Settings,
    | "stage"
    | "encryption"
    | "noncurrentVersionDays"
    | "predictionRetentionDays"
    | "logRetentionDays"
    | "alertEmail"
  >;
}

/**
 * What holds state: objects, the registry, predictions on their way to a file, and the topic that
 * alerts go to. Bucket and table stay when the stack is removed.
 */
export class Platform extends Construct {
  /** `undefined` where AWS owns the keys. */
  readonly key?: Key;
  readonly bucket: Bucket;
  readonly registry: Table;
  readonly predictionQueue: Queue;
  /** What could not be delivered: logged predictions that failed five times, and missed schedules. */
  readonly deadLetters: Queue;
  readonly alerts: Topic;

  constructor(scope: Construct, id: string, { settings }: PlatformProps) {
    super(scope, id);
    if (settings.encryption === "kms") this.key = this.createKey();
    this.bucket = this.createBucket(settings);
    this.registry = new Table(this, "Registry", {
      partitionKey: { name: "pk", type: AttributeType.STRING },
      sortKey: { name: "sk", type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      ...(this.key
        ? { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: this.key }
        : { encryption: TableEncryption.DEFAULT }),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: settings.stage === "prod",
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const queueEncryption = this.key
      ? { encryption: QueueEncryption.KMS, encryptionMasterKey: this.key }
      : { encryption: QueueEncryption.SQS_MANAGED };
    this.deadLetters = new Queue(this, "DeadLetters", {
      ...queueEncryption,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.predictionQueue = new Queue(this, "PredictionQueue", {
      ...queueEncryption,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      // Six times the consumer's timeout, and its batching window.
      // Source: "Using Lambda with Amazon SQS", AWS Lambda developer guide.
      visibilityTimeout: Duration.seconds(6 * 60 + 60),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 5 },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.alerts = this.createAlerts(settings);
  }

  private createKey(): Key {
    return new Key(this, "Key", {
      description: "Millrace: objects, registry, queues and alerts",
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  private createBucket(settings: PlatformProps["settings"]): Bucket {
    const shared = {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      removalPolicy: RemovalPolicy.RETAIN,
    };
    const accessLogs = new Bucket(this, "AccessLogs", {
      ...shared,
      // S3 delivers its logs to no bucket that is encrypted with a key of the account by default.
      encryption: BucketEncryption.S3_MANAGED,
      lifecycleRules: [{ expiration: Duration.days(settings.logRetentionDays) }],
    });
    return new Bucket(this, "Objects", {
      ...shared,
      ...(this.key
        ? {
            encryption: BucketEncryption.KMS,
            encryptionKey: this.key,
            bucketKeyEnabled: true,
          }
        : { encryption: BucketEncryption.S3_MANAGED }),
      versioned: true,
      // Bucket's optional members are written without `undefined`, which this compiler option minds.
      serverAccessLogsBucket: accessLogs as IBucket,
      lifecycleRules: [
        {
          id: "replaced-objects",
          noncurrentVersionExpiration: Duration.days(settings.noncurrentVersionDays),
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
        {
          id: "logged-predictions",
          prefix: "predictions/",
          expiration: Duration.days(settings.predictionRetentionDays),
        },
      ],
    });
  }

  private createAlerts({ alertEmail }: PlatformProps["settings"]): Topic {
    const alerts = new Topic(this, "Alerts", {
      displayName: "Millrace",
      enforceSSL: true,
      ...(this.key && { masterKey: this.key }),
    });
    // A topic with a policy of its own loses the default one, by which alarms may publish.
    alerts.addToResourcePolicy(
      new PolicyStatement({
        sid: "Alarms",
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
        actions: ["sns:Publish"],
        resources: [alerts.topicArn],
        conditions: { StringEquals: { "aws:SourceAccount": alerts.stack.account } },
      }),
    );
    this.key?.grantEncryptDecrypt(new ServicePrincipal("cloudwatch.amazonaws.com"));
    if (alertEmail) alerts.addSubscription(new EmailSubscription(alertEmail));
    return alerts;
  }
}
