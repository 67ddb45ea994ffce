import type { StreamFeature } from "../core/definition/stream-schema.ts";
import type { Reason } from "../core/explain/row-reasons.ts";
import type { Fallback } from "../core/inference/enrich-rows.ts";
import type { PredictionAnswer } from "../core/inference/prediction-answers.ts";
import type { Alert } from "../core/ports/alerts.ts";
import type {
  AliasRecord,
  BackfillRecord,
  ModelRecord,
  RunRecord,
} from "../core/registry/records.ts";

/** What the platform answers where it is not a record of the registry as it is: see docs/http.md. */

/** One state of an execution. */
export interface StateAnswer {
  readonly state: string;
  readonly index?: number;
  readonly status: "running" | "done" | "failed";
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly retries: number;
}

/** `GET /api/executions/{name}` */
export interface ExecutionAnswer {
  readonly machine: "training" | "monitoring";
  readonly model: string;
  readonly name: string;
  readonly status: "running" | "succeeded" | "failed";
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly states: readonly StateAnswer[];
  readonly error?: string;
}

/** `GET /api/models/{m}`, and an element of `GET /api/models` */
export interface ModelAnswer extends ModelRecord {
  readonly aliases: readonly AliasRecord[];
  readonly running: readonly ExecutionAnswer[];
}

/** `GET /api/models/{m}/runs/{run}` */
export interface RunAnswer {
  readonly run: RunRecord | null;
  /** null: the platform was started anew since. */
  readonly execution: ExecutionAnswer | null;
}

/** An element of `GET /api/alerts` */
export interface AlertAnswer extends Alert {
  readonly at: string;
}

/** `POST /models/{m}/predictions` */
export interface PredictionsAnswer {
  readonly model: string;
  readonly version: number;
  /** What a row is told depends on the task. */
  readonly predictions: readonly (PredictionAnswer & { readonly predictionId: string })[];
  /** Features that could not be had; absent where all could. */
  readonly fallbacks?: readonly Fallback[];
  /** Where they were asked for; without a row where there was no time. */
  readonly explanations?: { readonly rows: readonly { readonly reasons: readonly Reason[] }[] };
}

/** A model that reads a feature. */
export interface FeatureUserAnswer {
  readonly model: string;
  /** Name of the model's column. */
  readonly as: string;
  readonly versions: readonly number[];
  /** Absent where only the definition reads it yet. */
  readonly since?: string;
}

/** An element of `GET /api/features` */
export interface FeatureAnswer {
  readonly feature: string;
  readonly stream: string;
  readonly owner: string;
  readonly since: string;
  readonly declaration: StreamFeature;
  readonly users: readonly FeatureUserAnswer[];
  /** Absent until the state was filled from the past. */
  readonly online?: BackfillRecord & { readonly isCurrent: boolean };
  /** Of its values, where the platform has some. */
  readonly statistics?: unknown;
  /** What it costs, where the platform knows. */
  readonly cost?: unknown;
}

/** `GET /api/features/{name}` */
export interface FeatureDetailAnswer extends FeatureAnswer {
  /** Of the last day on which events came in; null: none did yet. */
  readonly freshness: {
    readonly date: string;
    readonly events: number;
    readonly newestEvent: string;
    readonly newestArrival: string;
  } | null;
}
