import { Duration } from "aws-cdk-lib";
import type { Grant, IGrantable } from "aws-cdk-lib/aws-iam";
import {
  Alias,
  type FunctionUrl,
  FunctionUrlAuthType,
  HttpMethod,
  type IFunction,
  InvokeMode,
  type IVersion,
} from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { CORS } from "../../core/access/cors.ts";
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
   * Who may call the URL: signed requests of IAM identities that are granted it, whoever shows a bearer
   * token of the registry, or everyone. AWS checks the first, the function the second.
   *
   * @default iam
   */
  readonly auth?: "iam" | "tokens" | "none";
  /**
   * Requests a second that one instance takes of one IAM principal, where these sign. Tokens have rates of
   * their own.
   *
   * @default 0: no limit
   */
  readonly principalRate?: number;
  /** Origins whose pages may call the URLs. @default - none: browsers keep answers from other origins */
  readonly allowedOrigins?: readonly string[];
  /**
   * Models that have a function of their own, with its size, by `serving.function` of their definitions.
   *
   * @default - none: all models share one function
   */
  readonly ownFunctions?: Readonly<Record<string, OwnFunction>>;
  /** Commit that the stack is built from; the endpoint's metadata names it. @default unknown */
  readonly gitCommit?: string;
}

/** How a model's own function is sized. */
export interface OwnFunction {
  readonly memoryMb: number;
  /** Instances that are kept started, paid by the hour. @default none */
  readonly provisionedConcurrency?: number | undefined;
  /** Instances that are its own, and the most that it can have. @default as many as the account has left */
  readonly reservedConcurrency?: number | undefined;
}

/** The HTTPS endpoint that answers predictions, and the consumer that turns its log into files. */
export class PredictionEndpoint extends Construct {
  readonly predict: PlatformFunction;
  readonly url: FunctionUrl;
  readonly logPredictions: PlatformFunction;
  /** URLs of the functions that models have for themselves, by model. */
  readonly ownUrls: Readonly<Record<string, FunctionUrl>>;

  constructor(scope: Construct, id: string, props: PredictionEndpointProps) {
    super(scope, id);
    this.predict = this.createPredict(props, "Predict");
    this.url = urlOf(this.predict, props);
    this.ownUrls = Object.fromEntries(
      Object.entries(props.ownFunctions ?? {}).map(([model, size]) => [
        model,
        this.createOwn(props, model, size),
      ]),
    );
    this.logPredictions = this.createLogPredictions(props);
  }

  /** Lets an identity ask for predictions. */
  grantPredict(grantee: IGrantable): Grant {
    const grants = Object.values(this.ownUrls).map((url) => url.grantInvokeUrl(grantee));
    return grants.reduce((all, grant) => all.combine(grant), this.url.grantInvokeUrl(grantee));
  }

  /** The same code at the same registry, for one model's callers. */
  private createOwn(props: PredictionEndpointProps, model: string, size: OwnFunction): FunctionUrl {
    const fn = this.createPredict(props, `Predict-${model}`, { model, ...size });
    const { provisionedConcurrency } = size;
    if (provisionedConcurrency === undefined) return urlOf(fn, props);
    // Instances are kept of a version that was published, so the URL is that of an alias.
    const kept = new Alias(this, `Kept-${model}`, {
      aliasName: "kept",
      version: fn.currentVersion as IVersion,
      provisionedConcurrentExecutions: provisionedConcurrency,
    });
    return urlOf(kept, props);
  }

  private createPredict(
    props: PredictionEndpointProps,
    id: string,
    own?: OwnFunction & { readonly model: string },
  ): PlatformFunction {
    const { platform, features, defaults, auth = "iam", gitCommit = "unknown" } = props;
    const predict = new PlatformFunction(this, id, {
      platform,
      // What a model says of its own function goes before what functions have in common.
      defaults: own ? withoutMemoryOf("predict", defaults) : defaults,
      name: "predict",
      description: own
        ? `Answers predictions of ${own.model} over HTTPS`
        : "Answers predictions over HTTPS",
      reservedConcurrency: own?.reservedConcurrency,
      layers: ["onnxruntime"],
      // One whole virtual CPU: below, a request waits for its share of one.
      // Source: "Configure Lambda function memory", AWS Lambda developer guide.
      memoryMb: own?.memoryMb ?? 1_769,
      timeout: Duration.seconds(30),
      environment: {
        MILLRACE_PREDICTION_QUEUE_URL: platform.predictionQueue.queueUrl,
        MILLRACE_GIT_COMMIT: gitCommit,
        // what AWS let through by a signature is told from what came another way
        MILLRACE_AUTH: auth,
        ...(props.principalRate && { MILLRACE_PRINCIPAL_RATE: String(props.principalRate) }),
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

function urlOf(
  fn: Pick<IFunction, "addFunctionUrl">,
  { auth, allowedOrigins = [] }: PredictionEndpointProps,
): FunctionUrl {
  return fn.addFunctionUrl({
    authType:
      auth === undefined || auth === "iam" ? FunctionUrlAuthType.AWS_IAM : FunctionUrlAuthType.NONE,
    // The caller has its answer while the function still sends the prediction's log record.
    invokeMode: InvokeMode.RESPONSE_STREAM,
    ...(allowedOrigins.length > 0 && {
      cors: {
        allowedOrigins: [...allowedOrigins],
        allowedMethods: CORS.methods.map((method) => HttpMethod[method]),
        allowedHeaders: [...CORS.headers],
        exposedHeaders: [...CORS.exposed],
        maxAge: Duration.seconds(CORS.maxAgeSeconds),
      },
    }),
  });
}

function withoutMemoryOf(name: string, defaults: FunctionDefaults = {}): FunctionDefaults {
  const { [name]: _its, ...memoryMb } = defaults.memoryMb ?? {};
  return { ...defaults, memoryMb };
}
