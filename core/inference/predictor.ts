import type { Row } from "../definition/model-definition.ts";
import { MODEL_NAME } from "../definition/model-name.ts";
import { NotFoundError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Queue } from "../ports/queue.ts";
import { shortened } from "../shown-value.ts";
import type { AliasCache } from "./alias-cache.ts";
import { type EnrichedRows, enrichRows, type Fallback } from "./enrich-rows.ts";
import type { FeatureReading } from "./fetch-features.ts";
import type { LoadedVersion } from "./loaded-version.ts";
import { predictionMessages } from "./prediction-message.ts";
import { loggedKinds, predictionRecords } from "./prediction-records.ts";
import type { Scores } from "./scorer.ts";
import type { Lease, VersionCache } from "./version-cache.ts";

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
  /** Reads the request's rows by the version's own checks. */
  readonly rowsOf: (version: LoadedVersion) => readonly Row[];
}

export interface Predicted {
  readonly version: LoadedVersion;
  readonly alias: string;
  /** Of the request; the prediction of row i has the id `<id>-<i>`. */
  readonly id: string;
  readonly scores: Scores;
  /** Features that could not be had, and what was used in their place. */
  readonly fallbacks: readonly Fallback[];
}

export interface PredictorDeps {
  readonly aliases: AliasCache;
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
  /** Told of each request for which features could not be had, and of the store's error if there is one. */
  readonly onFallbacks: (request: RequestWithFallbacks, error: unknown) => void;
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
  readonly alias: string;
}

/** Answers requests with the champion, or with the version that the caller names. */
export function predictor(deps: PredictorDeps): Predictor {
  const withVersion: Predictor["withVersion"] = async (target, work) => {
    const { lease, alias } = await lend(deps, target);
    try {
      return await work({ version: lease.version, alias });
    } finally {
      lease.giveBack();
    }
  };

  return {
    withVersion,
    predict: ({ target, requestId, traceId, rowsOf }) => {
      const startedAt = deps.stopwatch();
      return withVersion(target, async ({ version, alias }) => {
        const parsed = rowsOf(version);
        const ids = { requestId, traceId };
        // Without aggregates nothing is waited for.
        const enriched =
          version.aggregates.length === 0 ? undefined : await enrich(deps, version, parsed, ids);
        const { rows, fallbacks } = enriched ?? { rows: parsed, fallbacks: [] };
        const columns = version.columnsOf(rows);
        const scores = await version.score(columns);
        const predicted = { version, alias, id: deps.newId(), scores, fallbacks };
        const latencyMs = deps.stopwatch() - startedAt;
        const time = new Date(deps.clock()).toISOString();
        deps.afterAnswer(async () => {
          const records = predictionRecords({ predicted, rows, columns, ids, time, latencyMs });
          const inputs = loggedKinds(version);
          try {
            for (const body of predictionMessages({ inputs, records })) await deps.queue.send(body);
          } catch (error) {
            deps.onUnlogged({ model: version.model, ...ids, predictionId: predicted.id }, error);
          }
        });
        return predicted;
      });
    },
  };
}

const VERSION_NUMBER = /^[1-9]\d{0,8}$/;

async function lend(
  { aliases, versions }: PredictorDeps,
  { model, version }: Target,
): Promise<{ readonly lease: Lease; readonly alias: string }> {
  // Anything else is nobody's name, and is not worth a question to the registry.
  if (!MODEL_NAME.pattern.test(model)) throw new NotFoundError(`no model ${shortened(model)}`);
  if (version === undefined) {
    return { lease: await aliases.acquire(model, "champion"), alias: "champion" };
  }
  if (!VERSION_NUMBER.test(version)) {
    throw new NotFoundError(`no version ${shortened(version)} of model ${model}`);
  }
  const lease = await versions.acquire(model, Number(version));
  return { lease, alias: "pinned" };
}

/** @throws {PlatformError} if a feature that must not fail could not be had. */
async function enrich(
  { clock, features, onFallbacks }: PredictorDeps,
  { model, definition, aggregates }: LoadedVersion,
  rows: readonly Row[],
  ids: Pick<RequestWithFallbacks, "requestId" | "traceId">,
): Promise<EnrichedRows> {
  const enriched = await enrichRows({
    rows,
    columns: aggregates,
    eventTime: definition.source.eventTime,
    nowMs: clock(),
    reading: features,
  });
  const { fallbacks, error, refusal } = enriched;
  if (fallbacks.length > 0) onFallbacks({ model, ...ids, fallbacks }, error);
  if (refusal) throw refusal;
  return enriched;
}
