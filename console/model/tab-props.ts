import type { ModelAnswer } from "../answers.ts";

/** What every tab of a model is given. */
export interface TabProps {
  readonly model: ModelAnswer;
  /** How often to ask: a second while something runs, else five. */
  readonly everyMs: number;
}
