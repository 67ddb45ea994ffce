import type { BoostingObjective } from "../../../definition/parameters/boosting.ts";
import type { LabelledFrame } from "../../training-frame.ts";

/** What an objective reads of rows. */
export type ObjectiveRows = Pick<LabelledFrame, "rows" | "labels" | "weights" | "groups">;

/** One array of scores a target, each of shape [>= rows]. */
export type Scores = readonly Float64Array[];

/** Writes gradient and hessian of each row by its score for one target, shapes [rows]. */
export type FillSlopes = (target: number, gradients: Float64Array, hessians: Float64Array) => void;

/** What trees are grown to make small: a loss of rows' scores, and its slopes. */
export interface Objective {
  readonly name: BoostingObjective;
  /** Scores of a row, and trees of a round. */
  readonly targets: number;
  /** log: the prediction is e^score. */
  readonly link: "identity" | "log";
  /**
   * Leaves of a grown tree get this quantile of their rows' residuals for a value, since hessians say
   * nothing of how far to go.
   */
  readonly leafQuantile?: number;
  /** The best constant scores, shape [targets]. */
  baseScores(rows: ObjectiveRows): Float64Array;
  /** Mean loss, each row by its weight; NaN where there is none. */
  loss(rows: ObjectiveRows, scores: Scores): number;
  /** Slopes at the scores as they are; targets may be filled while earlier ones' scores move on. */
  slopesAt(rows: ObjectiveRows, scores: Scores): FillSlopes;
}
