import type { PredictionAnswer } from "../core/inference/prediction-answers.ts";
import type { Alert } from "../core/ports/alerts.ts";
import type { AliasRecord, ModelRecord, RunRecord } from "../core/registry/records.ts";

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
}
