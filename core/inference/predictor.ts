import type { Row } from "../definition/model-definition.ts";
import { explainRequest } from "../explain/explain-request.ts";
import type { Explanations } from "../explain/explain-rows.ts";
import type { Clock } from "../ports/clock.ts";
import type { Queue } from "../ports/queue.ts";
import type { RoutineAnswer } from "../routines/checked-answer.ts";
import type { FallbackAnswers } from "../routines/fallback-answers.ts";
import type { Route } from "../routing/deployment.ts";
import type { DeploymentCache, RoutedVersion } from "./deployment-cache.ts";
import type { Fallback } from "./enrich-rows.ts";
import { type FallBackDeps, fallingBack } from "./fall-back.ts";
import { type FallbackVersion, type FallbackVersions, NO_VERSION } from "./fallback-versions.ts";
import type { FeatureReading } from "./fetch-features.ts";
import { lendVersion } from "./lend-version.ts";
import type { LoadedVersion } from "./loaded-version.ts";
import { logPrediction } from "./log-prediction.ts";
import { scoreRequest } from "./score-request.ts";
import type { Scores } from "./scorer.ts";
import { type ScoredRequest, shadowScorer } from "./shadow-scorer.ts";
import { overBudget, type TimeBudget } from "./time-budget.ts";
import type { VersionCache } from "./version-cache.ts";

/** Which model, and which version if the caller wants a certain one: both as the caller wrote them. */
export interface Target {
  readonly model: string;
  /** @default the champion */
  readonly version?: string | undefined;
}

export interface PredictionRequest {
  readonly target: Target;
  readonly requestId: string;
  /** X-Ray trace of the request. @default it is not traced */
  readonly traceId?: string | undefined;
  /** Who asks, as the log is told. @default nobody knows */
  readonly caller?: string | undefined;
  /** Requests of one key are answered by one version. @default by the model's `serving.routingKey`, or the id */
  readonly routingKey?: string | undefined;
  /** Whether the caller wants to know why. @default false */
  readonly explain?: boolean | undefined;
  /** What the first row has in a field, as the caller wrote it. @default nothing is known of it */
  readonly firstOf?: (field: string) => unknown;
  /** Reads the request's rows by the version's own checks. */
  readonly rowsOf: (version: Pick<LoadedVersion, "definition" | "parse">) => readonly Row[];
}

/** What answered, as callers and the log are told of it; its number is 0 where no version did. */
export type AnsweringVersion = Pick<
  LoadedVersion,
  "model" | "version" | "definition" | "aggregates"
>;

export interface Predicted {
  readonly version: AnsweringVersion;
  /** How the version came to answer. */
  readonly route: Route;
  /** Version that was to answer and could not. */
  readonly insteadOf?: number;
  /** Of the request; the prediction of row i has the id `<id>-<i>`. */
  readonly id: string;
  readonly scores: Scores;
  /** What each row is answered, where a routine made it. @default what the scores say */
  readonly answers?: readonly RoutineAnswer[];
  /** Features that could not be had, and what was used in their place. */
  readonly fallbacks: readonly Fallback[];
  /** Where the caller asked for them. */
  readonly explanations?: Explanations;
}

export interface PredictorDeps extends Omit<FallBackDeps, "fallbacks"> {
  /** Absent: no model has one. */
  readonly fallbacks?: FallbackVersions;
  readonly deployments: DeploymentCache;
  readonly versions: VersionCache;
  readonly queue: Queue;
  /** Absent: no feature can be had. */
  readonly features?: FeatureReading;
  readonly clock: Clock;
  /** Milliseconds from any origin that only ever grow, with fractions. */
  readonly stopwatch: () => number;
  readonly newId: () => string;
  readonly afterAnswer: (task: () => Promise<void>) => void;
  /** Told of each answer whose record could not be sent to the queue. */
  readonly onUnlogged: (prediction: UnloggedPrediction, error: unknown) => void;
  /** Told of each request that a challenger, canary or shadow could not score, while the caller has an answer. */
  readonly onTrialFailure: (trial: FailedTrial, error: unknown) => void;
  /** Told of a request that a shadow did not score because others wait. */
  readonly onShadowDropped: (model: string) => void;
  /** Told of each request for which features could not be had, and of the store's error if there is one. */
  readonly onFallbacks: (request: RequestWithFallbacks, error: unknown) => void;
}

/** A request that a version on trial could not score. */
export interface FailedTrial {
  readonly model: string;
  readonly version: number;
  readonly requestId: string;
}

/** A request that features could not be had for. */
export interface RequestWithFallbacks {
  readonly model: string;
  readonly requestId: string;
  readonly traceId: string | undefined;
  readonly fallbacks: readonly Fallback[];
}

/** An answer that no record was kept of. */
export interface UnloggedPrediction {
  readonly model: string;
  readonly requestId: string;
  readonly traceId: string | undefined;
  /** Of the request. */
  readonly predictionId: string;
}

export interface Predictor {
  /** Scores a request and, after the answer, logs what was predicted. */
  predict(request: PredictionRequest): Promise<Predicted>;
  /** Lends the version that would answer. */
  withVersion<T>(target: Target, work: (lent: LentVersion) => Promise<T> | T): Promise<T>;
}

export interface LentVersion {
  readonly version: LoadedVersion;
  /** `champion`, or `pinned` where the caller named the version. */
  readonly route: Route;
}

/** Answers requests with the version that the deployment gives them, or the one that the caller names. */
export function predictor(deps: PredictorDeps): Predictor {
  const shadowing = shadowScorer(deps, (version, request) => scoreRequest(deps, version, request));
  const answered = async (
    request: PredictionRequest,
    routed: RoutedVersion,
    startedAt: number,
    budget?: TimeBudget,
  ) => {
    const predicted = await answer(deps, request, routed, { startedAt, budget });
    if (routed.route !== "pinned") shadowing(request, predicted);
    return predicted;
  };
  return {
    withVersion: async (target, work) => {
      const { lease, route } = await lendVersion(deps, target);
      try {
        return await work({ version: lease.version, route });
      } finally {
        lease.giveBack();
      }
    },
    predict: (request) => {
      const startedAt = deps.stopwatch();
      const { fallbacks } = deps;
      // Who names a version wants that one or none.
      if (fallbacks === undefined || request.target.version !== undefined) {
        return byVersion(request, startedAt);
      }
      return fallingBack({ ...deps, fallbacks }, request, startedAt, {
        byVersion: (budget) => byVersion(request, startedAt, budget),
        byFallback: (known) => byFallback(deps, request, known, startedAt),
      });
    },
  };

  async function byVersion(
    request: PredictionRequest,
    startedAt: number,
    budget?: TimeBudget,
  ): Promise<Predicted> {
    const routed = await lendVersion(deps, request.target, request);
    try {
      return await answered(request, routed, startedAt, budget);
    } catch (error) {
      if (!isOnTrial(routed) || budget?.isSpent) throw error;
      return await insteadOf(deps, { routed, request, error }, (champion) =>
        answered(request, champion, startedAt, budget),
      );
    } finally {
      routed.lease.giveBack();
    }
  }
}

/** Answers by a version, and logs it after the answer. */
async function answer(
  deps: PredictorDeps,
  request: PredictionRequest,
  { lease: { version }, route, insteadOf }: RoutedVersion,
  { startedAt, budget }: { readonly startedAt: number; readonly budget: TimeBudget | undefined },
): Promise<Predicted> {
  const made = await scoreRequest(deps, version, request);
  // Of the prediction: explaining has a bound of its own.
  const latencyMs = deps.stopwatch() - startedAt;
  const explanations = request.explain ? await explain(deps, request, version, made) : undefined;
  // The caller has another answer, and the log must not have two: asked last, as explaining takes time too.
  if (budget?.isSpent) throw overBudget();
  const predicted = logged(deps, request, { version, route, insteadOf, made }, latencyMs);
  return explanations === undefined ? predicted : { ...predicted, explanations };
}

/** Why the graph scored rows as it did; what a routine makes of its answers is not the graph's. */
async function explain(
  { stopwatch }: PredictorDeps,
  { requestId }: PredictionRequest,
  version: LoadedVersion,
  { rows, columns, scores }: ScoredRequest,
): Promise<Explanations> {
  const own = version.postprocess ? await version.score(columns) : scores;
  return await explainRequest(version, { id: requestId, rows, columns, scores: own }, stopwatch);
}

/** The answer of a model's fallback, logged as any other. */
function byFallback(
  deps: PredictorDeps,
  request: PredictionRequest,
  { model, definition, parse, fallback, champion }: FallbackVersion,
  startedAt: number,
): Predicted {
  const rows = request.rowsOf({ definition, parse });
  const answers = (fallback as FallbackAnswers)(rows);
  const version = { model, definition, version: NO_VERSION, aggregates: [] };
  const made = { rows, columns: {}, fallbacks: [], ...answers };
  return logged(
    deps,
    request,
    { version, route: "fallback", insteadOf: champion, made },
    deps.stopwatch() - startedAt,
  );
}

/** Gives an answer its id and sends its record to the log, behind the answer. */
function logged(
  deps: PredictorDeps,
  request: PredictionRequest,
  {
    version,
    route,
    insteadOf,
    made: { rows, columns, ...made },
  }: {
    readonly version: AnsweringVersion;
    readonly route: Route;
    readonly insteadOf: number | undefined;
    readonly made: ScoredRequest;
  },
  latencyMs: number,
): Predicted {
  const id = deps.newId();
  const predicted = {
    ...{ version, route, id, ...made },
    ...(insteadOf !== undefined && { insteadOf }),
  };
  const { requestId, traceId, caller } = request;
  const ids = { requestId, traceId, caller };
  const time = new Date(deps.clock()).toISOString();
  deps.afterAnswer(() => logPrediction(deps, { predicted, rows, columns, ids, time, latencyMs }));
  return predicted;
}

/** Whether the champion answers where the version cannot. */
const isOnTrial = ({ route }: RoutedVersion) => route === "challenger" || route === "canary";

/** The champion's answer for a version that could not answer. @throws what the champion throws. */
async function insteadOf(
  { deployments, onTrialFailure }: PredictorDeps,
  {
    routed,
    request,
    error,
  }: {
    readonly routed: RoutedVersion;
    readonly request: PredictionRequest;
    readonly error: unknown;
  },
  answerBy: (champion: RoutedVersion) => Promise<Predicted>,
): Promise<Predicted> {
  const { model, version } = routed.lease.version;
  const champion = await deployments.acquire(model);
  try {
    const predicted = await answerBy({ ...champion, insteadOf: version });
    // Told only now: where the champion fails as well, it is the request's fault, or everybody's.
    onTrialFailure({ model, version, requestId: request.requestId }, error);
    return predicted;
  } finally {
    champion.lease.giveBack();
  }
}
