import type { Row } from "../definition/model-definition.ts";
import { modelInputs } from "../definition/model-inputs.ts";
import { MODEL_NAME } from "../definition/model-name.ts";
import { NotFoundError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Queue } from "../ports/queue.ts";
import { shortened } from "../shown-value.ts";
import type { AliasCache } from "./alias-cache.ts";
import type { LoadedVersion } from "./loaded-version.ts";
import { predictionMessages } from "./prediction-message.ts";
import type { PredictionRecord } from "./prediction-record.ts";
import type { Scores, ScoringColumns } from "./scorer.ts";
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
}

export interface PredictorDeps {
  readonly aliases: AliasCache;
  readonly versions: VersionCache;
  readonly queue: Queue;
  readonly clock: Clock;
  /** Milliseconds from any origin that only ever grow, with fractions. */
  readonly stopwatch: () => number;
  readonly newId: () => string;
  readonly afterAnswer: (task: () => Promise<void>) => void;
  /** Told of each answer whose record could not be sent to the queue. */
  readonly onUnlogged: (prediction: UnloggedPrediction, error: unknown) => void;
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

/** A prediction's id: unique as the request's id is. */
export const predictionId = (id: string, row: number): string => `${id}-${row}`;

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
        const columns = version.columnsOf(rowsOf(version));
        const scores = await version.score(columns);
        const predicted = { version, alias, id: deps.newId(), scores };
        const latencyMs = deps.stopwatch() - startedAt;
        const time = new Date(deps.clock()).toISOString();
        deps.afterAnswer(async () => {
          const ids = { requestId, traceId };
          const records = recordsOf({ predicted, columns, ids, time, latencyMs });
          const inputs = inputKinds(version);
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

function inputKinds({ definition }: LoadedVersion): Record<string, "number" | "category"> {
  return Object.fromEntries(modelInputs(definition).map(({ name, kind }) => [name, kind]));
}

interface Logged {
  readonly predicted: Predicted;
  readonly columns: ScoringColumns;
  readonly ids: { readonly requestId: string; readonly traceId: string | undefined };
  readonly time: string;
  readonly latencyMs: number;
}

function recordsOf({ predicted, columns, ids, time, latencyMs }: Logged) {
  const { version, alias, id, scores } = predicted;
  return Array.from(
    scores.scores,
    (score, row): PredictionRecord => ({
      predictionId: predictionId(id, row),
      time,
      model: version.model,
      version: version.version,
      alias,
      requestId: ids.requestId,
      ...(ids.traceId !== undefined && { traceId: ids.traceId }),
      features: featuresAt(columns, row),
      score,
      ...labelAt(scores, row),
      latencyMs,
    }),
  );
}

function labelAt({ labels = [] }: Scores, row: number) {
  const label = labels[row];
  if (label === undefined) return {};
  return typeof label === "number" ? { label } : { predictedClass: label };
}

/** What the graph saw in one row; null for missing. */
function featuresAt(columns: ScoringColumns, row: number): Record<string, number | string | null> {
  const features: Record<string, number | string | null> = {};
  for (const [name, column] of Object.entries(columns)) {
    const value = column[row] as number | string;
    features[name] = value === "" || Number.isNaN(value) ? null : value;
  }
  return features;
}
