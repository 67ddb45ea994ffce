import type { Row } from "../definition/model-definition.ts";
import type { RoutineAnswer } from "../routines/checked-answer.ts";
import type { Fallback } from "./enrich-rows.ts";
import type { LoadedVersion } from "./loaded-version.ts";
import { logPrediction } from "./log-prediction.ts";
import type { Predicted, PredictionRequest, PredictorDeps } from "./predictor.ts";
import type { Scores, ScoringColumns } from "./scorer.ts";

/** What a version made of a request. */
export interface ScoredRequest {
  /** With the aggregates that the version needs. */
  readonly rows: readonly Row[];
  readonly columns: ScoringColumns;
  readonly scores: Scores;
  readonly answers?: readonly RoutineAnswer[];
  readonly fallbacks: readonly Fallback[];
}

/** Requests that wait for shadows at a time; what comes beyond is not scored by them. */
const MOST_WAITING = 16;

/**
 * Lets the shadows of a model score what was answered, behind the answer. Their predictions are logged
 * with the same request id and an id of their own. Nothing of it reaches the caller: what fails is told.
 * Where requests come faster than shadows score them, shadows are what is dropped.
 */
export function shadowScorer(
  deps: PredictorDeps,
  score: (version: LoadedVersion, request: PredictionRequest) => Promise<ScoredRequest>,
): (request: PredictionRequest, predicted: Predicted) => void {
  let waiting = 0;
  return (request, { version: { model, version: answering } }) => {
    const shadows = deps.deployments.shadows(model);
    if (shadows.length === 0) return;
    if (waiting >= MOST_WAITING) {
      deps.onShadowDropped(model);
      return;
    }
    waiting += 1;
    deps.afterAnswer(async () => {
      try {
        for (const version of shadows) {
          if (version !== answering) await scoreBy(deps, { model, version, request }, score);
        }
      } finally {
        waiting -= 1;
      }
    });
  };
}

async function scoreBy(
  deps: PredictorDeps,
  shadow: { readonly model: string; readonly version: number; readonly request: PredictionRequest },
  score: Parameters<typeof shadowScorer>[1],
): Promise<void> {
  const { model, version, request } = shadow;
  const { requestId, traceId, caller } = request;
  try {
    const lease = await deps.versions.acquire(model, version);
    try {
      const startedAt = deps.stopwatch();
      const { rows, columns, ...made } = await score(lease.version, request);
      const latencyMs = deps.stopwatch() - startedAt;
      const id = deps.newId();
      const predicted = { version: lease.version, route: "shadow", id, ...made } as const;
      const time = new Date(deps.clock()).toISOString();
      const ids = { requestId, traceId, caller };
      await logPrediction(deps, { predicted, rows, columns, ids, time, latencyMs });
    } finally {
      lease.giveBack();
    }
  } catch (error) {
    deps.onTrialFailure({ model, version, requestId }, error);
  }
}
