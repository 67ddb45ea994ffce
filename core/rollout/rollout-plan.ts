import { z } from "zod";
import { DEFAULT_SERVING, type Serving } from "../definition/serving-schema.ts";

/** How a version takes over: its definition's `serving.rollout`, in which an order may change some. */
export type RolloutPlan = Serving["rollout"];

/** Checks within the least time of a step. */
const CHECKS = 10;

/** A step that has too few predictions after so many times its minutes is given up. */
export const MOST_TIMES = 3;

const MOST_STEPS = 10;

/** Largest number of checks of a rollout: the history of its execution must hold them. */
export const MOST_CHECKS = MOST_STEPS * CHECKS * MOST_TIMES;

const share = z.number().gt(0).max(1);

/** A plan as it goes from state to state. A person may be quicker with it than a definition. */
export const rolloutPlan = z.object({
  steps: z.array(share).min(1).max(MOST_STEPS),
  minutes: z.number().gt(0).max(1_440),
  minPredictions: z.int().positive(),
  maxErrorShare: z.number().min(0).max(1),
  maxLatencyRatio: z.number().min(1),
  maxScorePsi: z.number().positive(),
});

/** What an order may say in place of the definition. */
export const planChanges = rolloutPlan
  .pick({ steps: true, minutes: true, minPredictions: true })
  .partial();
export type PlanChanges = z.output<typeof planChanges>;

/** @param serving of the version's definition; absent where it says nothing */
export function planOf(serving: Serving | undefined, changes: PlanChanges): RolloutPlan {
  const { steps, minutes, minPredictions } = changes;
  return {
    ...(serving ?? DEFAULT_SERVING).rollout,
    ...(steps !== undefined && { steps }),
    ...(minutes !== undefined && { minutes }),
    ...(minPredictions !== undefined && { minPredictions }),
  };
}

/** Seconds between two checks of a canary. At least one: less is no use, and Step Functions waits whole ones. */
export const waitSeconds = ({ minutes }: Pick<RolloutPlan, "minutes">): number =>
  Math.max(1, Math.round((minutes * 60) / CHECKS));
