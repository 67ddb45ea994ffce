import type { Route } from "../routing/deployment.ts";

/**
 * One logged prediction: one message in the queue, later one row of Parquet. In Parquet each entry
 * of `features` is a column `feature_<name>` (DOUBLE or VARCHAR, NULL for missing), so that files of
 * different versions are read together by column name; the other columns are named as here, `time`
 * a TIMESTAMP in UTC.
 */
export interface PredictionRecord {
  readonly predictionId: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly model: string;
  /** 0 where the model's fallback answered. */
  readonly version: number;
  /** The same as `route`: the column's name before there were deployments. */
  readonly alias: string;
  /** How the version came to score the request; absent in records from before there were deployments. */
  readonly route?: Route | undefined;
  /** Version that was to answer and could not, so that the champion did. */
  readonly insteadOf?: number | undefined;
  readonly requestId: string;
  /** X-Ray trace of the request; absent where it was not traced. */
  readonly traceId?: string | undefined;
  /** Who asked, where the endpoint knows its callers. */
  readonly caller?: string | undefined;
  /** Share of predictions that were logged as this one was: it stands for 1 / sampleRate. Absent: all were. */
  readonly sampleRate?: number | undefined;
  /**
   * By name: what the graph saw of each model input, and aggregates that row features alone read; null
   * also where `serving.log.redact` names it.
   */
  readonly features: Readonly<Record<string, number | string | null>>;
  /** Probability of class 1 or of the predicted class, the predicted number, or the ranking score. */
  readonly score: number;
  /** Names of the features in `features` that could not be had, so that a fallback was used. */
  readonly fallbacks?: readonly string[] | undefined;
  /** Of a binary model. */
  readonly label?: number | undefined;
  /** The predicted one of several classes. */
  readonly predictedClass?: string | undefined;
  /** The model's own rule that made the answer, where one did. */
  readonly rule?: string | undefined;
  readonly latencyMs: number;
}
