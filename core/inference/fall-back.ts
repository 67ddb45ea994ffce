import { type ErrorKind, PlatformError } from "../errors.ts";
import type { SetTimer } from "../ports/timer.ts";
import type { FallbackVersion, FallbackVersions } from "./fallback-versions.ts";
import type { Predicted, PredictionRequest } from "./predictor.ts";
import { type TimeBudget, withinBudget } from "./time-budget.ts";

/** A request that no version answered. */
export interface FallenBackRequest {
  readonly model: string;
  readonly requestId: string;
  readonly traceId: string | undefined;
}

export interface FallBackDeps {
  readonly fallbacks: FallbackVersions;
  /** Absent: no time budget is kept. */
  readonly setTimer?: SetTimer | undefined;
  readonly stopwatch: () => number;
  /** Told of each request that the fallback answered, and why no version did. */
  readonly onFallback: (request: FallenBackRequest, error: unknown) => void;
}

/** Of errors that are the caller's own, or nobody's who could answer otherwise. */
const NO_FALLBACK: ReadonlySet<ErrorKind> = new Set<ErrorKind>([
  "invalid",
  "unauthorised",
  "forbidden",
  "conflict",
  "too-large",
  "unsupported-type",
]);

const isCallers = (error: unknown) => error instanceof PlatformError && NO_FALLBACK.has(error.kind);

/**
 * Answers by a version within the model's time budget, or by the model's fallback where none can.
 *
 * A model whose champion is loaded and has no budget waits for no timer. Where none is loaded yet, what
 * the model's definition says is looked up beside the loading.
 *
 * @param byVersion @throws as a version does
 * @param byFallback gives the answer of the fallback
 */
export async function fallingBack(
  { fallbacks, setTimer, stopwatch, onFallback }: FallBackDeps,
  request: PredictionRequest,
  startedAt: number,
  {
    byVersion,
    byFallback,
  }: {
    readonly byVersion: (budget?: TimeBudget) => Promise<Predicted>;
    readonly byFallback: (fallback: FallbackVersion) => Predicted;
  },
): Promise<Predicted> {
  const { requestId, traceId } = request;
  const { model } = request.target;
  try {
    const loaded = fallbacks.loaded(model);
    const budget = loaded
      ? loaded.definition.serving?.timeBudgetMs
      : setTimer && budgetOf(fallbacks.registered(model));
    if (setTimer === undefined || budget === undefined) return await byVersion();
    const leftMs = async () => {
      const allMs = await budget;
      return allMs === undefined ? undefined : allMs - (stopwatch() - startedAt);
    };
    return await withinBudget(byVersion, loaded ? (budget as number) : leftMs(), setTimer);
  } catch (error) {
    if (isCallers(error)) throw error;
    const known = fallbacks.loaded(model) ?? (await fallbacks.registered(model));
    if (known?.fallback === undefined) throw error;
    const predicted = byFallback(known);
    onFallback({ model, requestId, traceId }, error);
    return predicted;
  }
}

const budgetOf = async (known: Promise<FallbackVersion | undefined>) =>
  (await known)?.definition.serving?.timeBudgetMs;
