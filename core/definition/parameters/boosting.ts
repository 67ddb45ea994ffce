import { z } from "zod";

const share = z.number().min(0).max(1);
const count = z.int().positive();

/** Parameters of gradient boosting. */
export const boostingParameters = z.strictObject({
  trees: count.max(10_000).default(200),
  leaves: z.int().min(2).max(4096).default(63),
  learningRate: z.number().positive().max(1).default(0.1),
  /** Most histogram bins a feature, the one for missing values not counted. */
  bins: z.int().min(2).max(255).default(255),
  /** L2 penalty on leaf values. */
  l2: z.number().min(0).default(1),
  /** Least sum of hessians in a leaf. */
  minLeafWeight: z.number().min(0).default(1),
  /** Least number of rows in a leaf. */
  minLeafRows: count.default(20),
  /** Least gain of a split. */
  minGain: z.number().min(0).default(0),
  /** Share of rows drawn, without replacement, for each tree. */
  rowShare: share.default(1),
  /** Share of features drawn for each tree. */
  columnShare: share.default(1),
  /** L2 penalty added where a category splits, as LightGBM's cat_l2. */
  categoryL2: z.number().min(0).default(10),
  /** Pseudo-rows that pull rare categories to the middle, as LightGBM's cat_smooth. */
  categorySmoothing: z.number().min(0).default(10),
  /** Stops when validation log-loss has not improved for so many trees. 0 never stops. */
  earlyStoppingRounds: z.int().min(0).default(20),
});
