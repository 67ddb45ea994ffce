import type { Measurements } from "./measurements.ts";

/** States of `training.asl.json` that a run which promotes its version enters, its Map among them. */
const OUTER_STATES = 12;
/** States inside the Map that one candidate enters. */
const CANDIDATE_STATES = { lambda: 2, fargate: 3 } as const;

/**
 * State transitions of a training run that promotes its version and repeats no task: every state that is
 * entered is one, those of a Distributed Map's child workflows too.
 * `test/unit/cost/transitions.test.ts` counts them in the ASL files.
 *
 * Source: "AWS Step Functions Pricing".
 */
export function trainingTransitions({
  candidates,
  sourceFiles,
  compute,
}: Measurements["definition"]): number {
  // the Map and one state for each file
  const staging = compute.preparation.on === "distributed-map" ? 1 + sourceFiles : 0;
  return OUTER_STATES + staging + candidates.length * CANDIDATE_STATES[compute.training.on];
}

/** Of a drift check that finds nothing: CheckDrift, Verdict, Done. */
export const MONITORING_TRANSITIONS = 3;
