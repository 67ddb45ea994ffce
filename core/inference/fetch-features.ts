import { UnavailableError } from "../errors.ts";
import type { FeatureAnswer, FeatureRequest, FeatureStore } from "../features/feature-store.ts";
import type { SetTimer } from "../ports/timer.ts";

/** How serving reads features. */
export interface FeatureReading {
  readonly store: Pick<FeatureStore, "read">;
  readonly setTimer: SetTimer;
  /** How long a request waits for the store. @default 50 */
  readonly budgetMs?: number;
}

/** What the store answered; and where it gave nothing at all, what went wrong. */
export interface Fetched {
  readonly answers: readonly FeatureAnswer[];
  readonly error?: unknown;
}

/** Several times what a read takes, and little of what a caller waits. */
const DEFAULT_BUDGET_MS = 50;

/**
 * Reads features, and gives up when the budget is spent: a store that is slow or broken costs a
 * request no more than that. It never rejects; what could not be read says why.
 */
export async function fetchFeatures(
  reading: FeatureReading | undefined,
  requests: readonly FeatureRequest[],
): Promise<Fetched> {
  if (reading === undefined) return without(requests, "no feature store is connected");
  const { store, setTimer, budgetMs = DEFAULT_BUDGET_MS } = reading;
  const late = `the feature store did not answer within ${budgetMs} ms`;
  let forget = () => {};
  const spent = new Promise<Fetched>((resolve) => {
    forget = setTimer(() => {
      resolve({ ...without(requests, late), error: new UnavailableError(late) });
    }, budgetMs);
  });
  try {
    return await Promise.race([answered(store, requests), spent]);
  } finally {
    forget();
  }
}

async function answered(
  store: FeatureReading["store"],
  requests: readonly FeatureRequest[],
): Promise<Fetched> {
  try {
    return { answers: await store.read(requests) };
  } catch (error) {
    // Its message names tables and hosts, which are for the log and not for the caller.
    return { ...without(requests, "the feature store does not answer"), error };
  }
}

const without = (requests: readonly FeatureRequest[], unavailable: string): Fetched => ({
  answers: requests.map(() => ({ unavailable })),
});
