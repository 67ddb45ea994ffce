import type { OpenGraph } from "../ports/open-graph.ts";
import type { BoostingKernels, KernelsInput } from "./boosting/kernels/boosting-rows.ts";

/** What training takes from the machine that it runs on; without them it does with plain JavaScript. */
export interface TrainingTools {
  /** Kernels of gradient boosting. All give the same trees, bit by bit. */
  readonly kernels?: (input: KernelsInput) => BoostingKernels;
  /** Runs the steps of a neural network; that family needs it. */
  readonly openGraph?: OpenGraph;
}
