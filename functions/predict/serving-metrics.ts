import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { DeploymentCache } from "../../core/inference/deployment-cache.ts";
import type { FallenBackRequest } from "../../core/inference/fall-back.ts";
import type {
  FailedTrial,
  RequestWithFallbacks,
  UnloggedPrediction,
} from "../../core/inference/predictor.ts";
import { errorFields } from "../../core/observability/error-fields.ts";
import type { EmitMetrics } from "../../core/ports/metrics.ts";
import { requestedModel } from "./requested-model.ts";

/** The model that a request is about; names that nothing is served under are one: they come from callers. */
export function modelDimension(deployments: Pick<DeploymentCache, "isServing">) {
  return (event: APIGatewayProxyEventV2): Readonly<Record<string, string>> => {
    const model = requestedModel(event);
    if (model === undefined) return { Model: "none" };
    return { Model: deployments.isServing(model) ? model : "unknown" };
  };
}

/** Tells that a new version could not be taken up, while the one before it keeps serving. */
export function refreshFailure({
  log,
  emit,
}: {
  readonly log: (line: object) => void;
  readonly emit: EmitMetrics;
}) {
  return (model: string, error: unknown): void => {
    const { message, ...fields } = errorFields(error);
    log({
      level: "error",
      model,
      ...fields,
      message: `the version before keeps serving: ${message}`,
    });
    emit({ Model: model }, [{ name: "RefreshFailures", unit: "Count", value: 1 }]);
  };
}

/** Tells of an answer whose record did not reach the queue: it is in no file, and nobody can ask for it. */
export function unloggedPrediction({
  log,
  emit,
}: {
  readonly log: (line: object) => void;
  readonly emit: EmitMetrics;
}) {
  return (
    { model, requestId, traceId, predictionId }: UnloggedPrediction,
    thrown: unknown,
  ): void => {
    const { message, ...fields } = errorFields(thrown);
    log({
      level: "error",
      ...{ model, requestId, traceId, predictionId, ...fields },
      message: `a prediction was answered and not logged: ${message}`,
    });
    // by function, not by model: what is broken is the way to the queue, and one alarm is enough
    const dimensions = { Function: "predict" };
    emit(dimensions, [{ name: "UnloggedPredictions", unit: "Count", value: 1 }], { model });
  };
}

/** Tells of features that could not be had: how many values of each, and what the store said. */
export function featureFallbacks({
  log,
  emit,
}: {
  readonly log: (line: object) => void;
  readonly emit: EmitMetrics;
}) {
  return (request: RequestWithFallbacks, thrown: unknown): void => {
    const { model, requestId, traceId, fallbacks } = request;
    for (const { feature, reason, rows } of fallbacks) {
      const metric = { name: "FeatureFallbacks", unit: "Count", value: rows.length } as const;
      emit({ Model: model, Feature: feature }, [metric], { reason });
    }
    if (thrown === undefined) return;
    const { message, ...fields } = errorFields(thrown);
    log({
      level: "error",
      ...{ model, requestId, traceId, ...fields },
      message: `features fell back: ${message}`,
    });
  };
}

/** Counts a request that was shed, behind its answer. */
export const requestsShed =
  ({
    emit,
    afterAnswer,
  }: {
    readonly emit: EmitMetrics;
    readonly afterAnswer: (task: () => Promise<void>) => void;
  }) =>
  (): void =>
    afterAnswer(async () =>
      emit({ Function: "predict" }, [{ name: "ShedRequests", unit: "Count", value: 1 }]),
    );

/** Tells of a request that the model's fallback answered, and why no version did. */
export function answerFallback({
  log,
  emit,
}: {
  readonly log: (line: object) => void;
  readonly emit: EmitMetrics;
}) {
  return ({ model, requestId, traceId }: FallenBackRequest, thrown: unknown): void => {
    const { message, ...fields } = errorFields(thrown);
    log({
      level: "error",
      ...{ model, requestId, traceId, ...fields },
      message: `the fallback answered: ${message}`,
    });
    emit({ Model: model }, [{ name: "FallbackAnswers", unit: "Count", value: 1 }]);
  };
}

/** Tells of a request that a challenger, canary or shadow could not score; its caller has an answer. */
export function trialFailure({
  log,
  emit,
}: {
  readonly log: (line: object) => void;
  readonly emit: EmitMetrics;
}) {
  return ({ model, version, requestId }: FailedTrial, thrown: unknown): void => {
    const { message, ...fields } = errorFields(thrown);
    log({
      level: "error",
      ...{ model, version, requestId, ...fields },
      message: `version ${version} could not score a request: ${message}`,
    });
    const metric = { name: "TrialFailures", unit: "Count", value: 1 } as const;
    emit({ Model: model }, [metric], { version });
  };
}
