import type { Frame } from "./training-frame.ts";

/** What a training kernel gives: predictions by the kernel itself, and the same as an ONNX graph. */
export interface TrainedModel {
  /** Probability of class 1 for each row, each in 0..1. The frame may hold unseen categories. */
  predict(frame: Frame): Float64Array;

  /**
   * One ONNX graph. Inputs: the frame's columns by name, float32 or string, shape [n, 1]. Outputs:
   * `label` int64 [n], 1 where the probability of class 1 reaches the threshold, and
   * `probabilities` float32 [n, 2].
   *
   * @param threshold probability from which a row is labelled 1, 0..1
   */
  toOnnx(threshold: number): Uint8Array;

  /** What the training found, for the run's report; plain JSON. */
  readonly summary: Readonly<Record<string, unknown>>;
}
