import { type Measurements, roundsOf } from "./measurements.ts";

/** States of `training.asl.json` that a run which promotes its version enters once. */
const OUTER_STATES = 12;
/** Of each round: its Map, Narrow, MoreRounds. */
const ROUND_STATES = 3;
/** States inside the Map that one candidate enters. */
const CANDIDATE_STATES = { lambda: 2, fargate: 3 } as const;

/**
 * State transitions of a training run that promotes its version and repeats no task: every state that is
 * entered is one, those of a Distributed Map's child workflows too.
 * `test/unit/cost/transitions.test.ts` counts them in the ASL files.
 *
 * Source: "AWS Step Functions Pricing".
 */
export function trainingTransitions(definition: Measurements["definition"]): number {
  const { sourceFiles, compute } = definition;
  // the plan, the Map and one state for each shard, at most one a file
  const staging = compute.preparation.on === "distributed-map" ? 2 + sourceFiles : 0;
  const eachCandidate = CANDIDATE_STATES[compute.training.on];
  return roundsOf(definition).reduce(
    (sum, candidates) => sum + ROUND_STATES + candidates * eachCandidate,
    OUTER_STATES + staging,
  );
}

/** Of a drift check that finds nothing: CheckDrift, Verdict, Done. */
export const MONITORING_TRANSITIONS = 3;
