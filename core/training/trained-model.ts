import type { GraphBuilder, Value } from "../onnx/graph-builder.ts";
import type { Frame } from "./training-frame.ts";

/** Inputs of a graph by the column's name: float32 [n, 1] with NaN, or string [n, 1] with "", for missing. */
export type GraphInputs = ReadonlyMap<string, Value>;

/**
 * What a training kernel gives: raw scores by the kernel itself, and the same as nodes of a graph.
 * Both end before the sigmoid or softmax, so that calibration follows any of them and several models
 * can stand in one graph.
 */
export interface TrainedModel {
  /**
   * Raw scores, row by row, shape [rows * width] with the task's width. Binary: log-odds of class 1.
   * Multiclass: a logit for each class, of which softmax makes probabilities. Regression: the
   * prediction in the target's own unit, then its quantiles. Ranking: the score.
   *
   * @param frame has the columns of training; may hold unseen categories
   */
  scores(frame: Frame): Float64Array;

  /**
   * Adds the model to a graph.
   *
   * @returns the raw scores, double, shape [n, width]
   */
  addTo(graph: GraphBuilder, inputs: GraphInputs): Value;

  /** What the training found, for the run's report; plain JSON. */
  readonly summary: Readonly<Record<string, unknown>>;

  /** What a later run needs to go on from here, where the family can. */
  readonly state?: () => Uint8Array;

  /**
   * Exact contributions of each input to each raw score (Shapley values), where the family has them:
   * shape [rows * width * (inputs + 1)]. The last of each is the expected score; they add up to the
   * raw score. Of trees with a logarithmic link (Poisson, Tweedie) they add up to its logarithm, and of
   * quantiles by trees to each before they are put in order.
   */
  readonly contributions?: (frame: Frame) => Float64Array;

  /** What gives the contributions again later: `explainer.json` for `parseExplainer`. */
  readonly explainer?: () => Uint8Array;
}
