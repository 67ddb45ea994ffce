import { Duration } from "aws-cdk-lib";
import type { Grant, IGrantable } from "aws-cdk-lib/aws-iam";
import { type FunctionUrl, FunctionUrlAuthType, InvokeMode } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { LOG_BATCHING } from "../../core/inference/log-batching.ts";
import {
  grantEvents,
  grantFeatures,
  grantObjects,
  grantPredictionLog,
  grantRegistry,
} from "../grants.ts";
import type { IFeatureStore } from "./feature-store.ts";
import type { IPlatform } from "./platform.ts";
import { type FunctionDefaults, PlatformFunction } from "./platform-function.ts";
import { CONSUMER_TIMEOUT, takeFrom } from "./work-queue.ts";

export interface PredictionEndpointProps {
  /** What holds state: a `Platform`, or anything like it. */
  readonly platform: IPlatform;
  /**
   * Where features are read and events of streams go: a `FeatureStore`, or anything like it.
   *
   * @default - none: events are refused, and aggregates of models fall back as they declare
   */
  readonly features?: IFeatureStore;
  /** @default - see each of its fields */
  readonly defaults?: FunctionDefaults;
  /**
   * Who may call the URL: signed requests of IAM identities that are granted it, or everyone.
   *
   * @default iam
   */
  readonly auth?: "iam" | "none";
  /** Commit that the stack is built from; the endpoint's metadata names it. @default unknown */
  readonly gitCommit?: string;
}

/** The HTTPS endpoint that answers predictions, and the consumer that turns its log into files. */
export class PredictionEndpoint extends Construct {
  readonly predict: PlatformFunction;
  readonly url: FunctionUrl;
  readonly logPredictions: PlatformFunction;

  constructor(scope: Construct, id: string, props: PredictionEndpointProps) {
    super(scope, id);
    this.predict = this.createPredict(props);
    this.url = this.predict.addFunctionUrl({
      authType: props.auth === "none" ? FunctionUrlAuthType.NONE : FunctionUrlAuthType.AWS_IAM,
      // The caller has its answer while the function still sends the prediction's log record.
      invokeMode: InvokeMode.RESPONSE_STREAM,
    });
    this.logPredictions = this.createLogPredictions(props);
  }

  /** Lets an identity ask for predictions. */
  grantPredict(grantee: IGrantable): Grant {
    return this.url.grantInvokeUrl(grantee);
  }

  private createPredict({
    platform,
    features,
    defaults,
    gitCommit = "unknown",
  }: PredictionEndpointProps): PlatformFunction {
    const predict = new PlatformFunction(this, "Predict", {
      platform,
      defaults,
      name: "predict",
      description: "Answers predictions over HTTPS",
      layers: ["onnxruntime"],
      // One whole virtual CPU: below, a request waits for its share of one.
      // Source: "Configure Lambda function memory", AWS Lambda developer guide.
      memoryMb: 1_769,
      timeout: Duration.seconds(30),
      environment: {
        MILLRACE_PREDICTION_QUEUE_URL: platform.predictionQueue.queueUrl,
        MILLRACE_GIT_COMMIT: gitCommit,
        ...(features && {
          MILLRACE_HAS_FEATURES: "yes",
          MILLRACE_EVENT_QUEUE_URL: features.eventQueue.queueUrl,
          MILLRACE_FEATURE_TABLE: features.table.tableName,
        }),
      },
    });
    grantObjects(platform, predict, {
      read: ["definitions", "models", ...(features ? (["streams"] as const) : [])],
    });
    grantRegistry(platform, predict, ["GetItem", "Query"]);
    grantPredictionLog(platform, predict);
    if (features) {
      grantEvents(platform, features, predict);
      grantFeatures(platform, features, predict, ["read"]);
    }
    return predict;
  }

  private createLogPredictions({ platform, defaults }: PredictionEndpointProps): PlatformFunction {
    const logPredictions = new PlatformFunction(this, "LogPredictions", {
      platform,
      defaults,
      name: "log-predictions",
      description: "Writes logged predictions to Parquet files",
      memoryMb: 1_024,
      timeout: CONSUMER_TIMEOUT,
    });
    grantObjects(platform, logPredictions, { write: ["predictions"] });
    platform.key?.grantDecrypt(logPredictions);
    takeFrom(platform.predictionQueue, logPredictions, LOG_BATCHING);
    return logPredictions;
  }
}
