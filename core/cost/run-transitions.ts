/** States of `training.asl.json` that a run which promotes its version enters, its Map among them. */
const OUTER_STATES = 11;
/** States inside the Map that one candidate enters. */
const CANDIDATE_STATES = { lambda: 2, fargate: 3 } as const;

/**
 * State transitions of a training run that promotes its version and repeats no task: every state that
 * is entered is one. `test/unit/cost/transitions.test.ts` counts them in the ASL files.
 *
 * Source: "AWS Step Functions Pricing".
 */
export const trainingTransitions = (candidates: number, trainingOn: "lambda" | "fargate"): number =>
  OUTER_STATES + candidates * CANDIDATE_STATES[trainingOn];

/** Of a drift check that finds nothing: CheckDrift, Verdict, Done. */
export const MONITORING_TRANSITIONS = 3;
