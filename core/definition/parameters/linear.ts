import { z } from "zod";

/** Parameters of linear, logistic and multinomial regression. */
export const linearParameters = z.strictObject({
  /** L2 penalty, in units of one row's loss, on standardised coefficients. */
  l2: z.number().min(0).default(1),
  maxIterations: z.int().positive().default(100),
  /** Stops when the largest component of the mean gradient is below it. */
  tolerance: z.number().positive().default(1e-5),
});
