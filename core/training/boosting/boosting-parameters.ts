import type { Candidate } from "../../definition/model-definition.ts";

/** Parameters of a gradient-boosting candidate; `core/definition/schema.ts` says what each means. */
export type BoostingParameters = Extract<Candidate, { family: "gradient-boosting" }>["parameters"];
