import { chanceLimit } from "../drift/chance-limit.ts";
import { psi } from "../drift/psi.ts";
import { shareText } from "../routing/deployment-text.ts";
import { MOST_TIMES, type RolloutPlan } from "./rollout-plan.ts";
import type { TrafficCounts } from "./traffic-counts.ts";

export type Verdict = "waiting" | "passed" | "failed";

export interface Judgement {
  readonly verdict: Verdict;
  /** In words, for the history and the alert: what failed, what is waited for, or what was found. */
  readonly why: string;
}

/**
 * Milliseconds by which a 99th percentile must be worse before its ratio counts: of half a millisecond
 * the double is what a busy machine does.
 */
const LATENCY_FLOOR_MS = 5;

/**
 * Whether a canary may move on. What is wrong fails it at once, as soon as there is enough to tell;
 * what is right passes it after the step's minutes.
 *
 * - Errors: requests that it could not answer, of those it was to answer. Before there are
 *   `minPredictions` it fails by as many errors as would be too many of those.
 * - Latency: its 99th percentile against the champion's, by ratio, and by more than 5 ms.
 * - Scores: PSI against the champion's, above the plan's limit and above what chance does.
 *
 * The champion's side is compared once it has `minPredictions` too; without traffic of it only errors tell.
 *
 * @param elapsedMs since the canary has its share
 */
export function judgeStep(
  plan: RolloutPlan,
  { canary, champion }: TrafficCounts,
  elapsedMs: number,
): Judgement {
  const total = canary.predictions + canary.failures;
  const found = `${canary.predictions} predictions, ${canary.failures} failed`;
  if (canary.failures > plan.maxErrorShare * Math.max(total, plan.minPredictions)) {
    const errors = shareText(canary.failures / total);
    return failed(`${errors} of ${total} failed; ${shareText(plan.maxErrorShare)} may`);
  }
  const stepMs = plan.minutes * 60_000;
  if (canary.predictions < plan.minPredictions) {
    const wanted = `${found}; a step needs ${plan.minPredictions}`;
    return elapsedMs >= MOST_TIMES * stepMs
      ? failed(`after ${Math.round(elapsedMs / 60_000)} minutes ${wanted}`)
      : { verdict: "waiting", why: wanted };
  }
  const worse =
    champion.predictions < plan.minPredictions ? undefined : comparison(plan, canary, champion);
  if (worse !== undefined) return failed(worse);
  if (elapsedMs < stepMs) {
    return { verdict: "waiting", why: `${found}; a step lasts ${plan.minutes} minutes` };
  }
  return { verdict: "passed", why: found };
}

const failed = (why: string): Judgement => ({ verdict: "failed", why });

/** What of the canary is worse than of the champion, if anything is. */
function comparison(
  { maxLatencyRatio, maxScorePsi }: RolloutPlan,
  canary: TrafficCounts["canary"],
  champion: TrafficCounts["champion"],
): string | undefined {
  const [slow, usual] = [canary.latencyP99Ms, champion.latencyP99Ms];
  if (slow > maxLatencyRatio * usual && slow - usual > LATENCY_FLOOR_MS) {
    return `its 99th percentile of latency is ${slow.toFixed(1)} ms, the champion's ${usual.toFixed(1)} ms; ${maxLatencyRatio} times that is allowed`;
  }
  const shift = psi(champion.scores, canary.scores);
  const limit = Math.max(
    maxScorePsi,
    chanceLimit(champion.scores.length, champion.predictions, canary.predictions),
  );
  if (shift <= limit) return undefined;
  return `its scores differ from the champion's: PSI is ${shift.toFixed(3)}, above ${limit.toFixed(3)}`;
}
