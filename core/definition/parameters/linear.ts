import { z } from "zod";

/** Parameters of linear, logistic and multinomial regression. */
export const linearParameters = z.strictObject({
  /** L1 penalty (lasso), in units of one row's loss, on standardised coefficients. */
  l1: z.number().min(0).default(0),
  /** L2 penalty (ridge), in units of one row's loss, on standardised coefficients. */
  l2: z.number().min(0).default(1),
  /**
   * one-hot: a coefficient for each string. target: one for the mean of the target by string, for
   * columns of very many strings.
   */
  encoding: z.enum(["one-hot", "target"]).default("one-hot"),
  /** Target encoding: rows' worth of the overall mean that each string's mean is mixed with. */
  encodingSmoothing: z.number().min(0).default(10),
  /** Target encoding: a training row's value comes from the rows of the other folds. */
  encodingFolds: z.int().min(2).max(100).default(5),
  maxIterations: z.int().positive().default(100),
  /**
   * Stops when no coefficient alone could lower the mean penalised loss by more than tolerance^2 / 2, as
   * far as its gradient and curvature tell.
   */
  tolerance: z.number().positive().default(1e-4),
});

export type LinearParameters = z.output<typeof linearParameters>;
