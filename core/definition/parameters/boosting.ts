import { z } from "zod";

const share = z.number().min(0).max(1);
const count = z.int().positive();
const column = z.string().min(1);

/** What trees can be grown to make small, and the tasks each is for; the first of a task is its default. */
export const BOOSTING_OBJECTIVES = {
  logLoss: "binary",
  softmax: "multiclass",
  squared: "regression",
  absolute: "regression",
  huber: "regression",
  quantile: "regression",
  poisson: "regression",
  tweedie: "regression",
  lambdaRank: "ranking",
} as const;

export type BoostingObjective = keyof typeof BOOSTING_OBJECTIVES;

/** Parameters of gradient boosting. */
export const boostingParameters = z.strictObject({
  /** Absent: logLoss, softmax, squared or lambdaRank by the target's type. */
  objective: z
    .enum(Object.keys(BOOSTING_OBJECTIVES) as [BoostingObjective, ...BoostingObjective[]])
    .optional(),
  /** Huber: residuals beyond it count by their size, not by their square. In the target's unit. */
  huberDelta: z.number().positive().default(0.9),
  /** Quantile: which one, as objective of the prediction itself. */
  quantile: z.number().gt(0).lt(1).default(0.5),
  /** Tweedie: the variance is the mean to this power. */
  tweediePower: z.number().gt(1).lt(2).default(1.5),
  /** Ranking: pairs count where one of both is among the first so many; NDCG is cut there too. */
  truncation: count.default(30),
  trees: count.max(10_000).default(200),
  leaves: z.int().min(2).max(4096).default(63),
  /** Most splits on the way to a leaf. 0 is no limit. */
  maxDepth: z.int().min(0).default(0),
  learningRate: z.number().positive().max(1).default(0.1),
  /** Most histogram bins a feature, the one for missing values not counted. */
  bins: z.int().min(2).max(255).default(255),
  /** L1 penalty on leaf values. */
  l1: z.number().min(0).default(0),
  /** L2 penalty on leaf values. */
  l2: z.number().min(0).default(1),
  /** Least sum of hessians in a leaf. */
  minLeafWeight: z.number().min(0).default(1),
  /** Least number of rows in a leaf. */
  minLeafRows: count.default(20),
  /** Least gain of a split. */
  minGain: z.number().min(0).default(0),
  /** uniform: `rowShare` of the rows. goss: those with large gradients, and some of the others. */
  sampling: z.enum(["uniform", "goss"]).default("uniform"),
  /** Share of rows drawn, without replacement, for each tree. */
  rowShare: share.default(1),
  /** GOSS: share of rows kept for their large gradients. */
  topShare: share.default(0.2),
  /** GOSS: share of rows drawn from the others. */
  otherShare: share.default(0.1),
  /** Share of features drawn for each tree. */
  columnShare: share.default(1),
  /** Share of the tree's features drawn for each leaf. */
  nodeColumnShare: share.default(1),
  /** L2 penalty added where a category splits, as LightGBM's cat_l2. */
  categoryL2: z.number().min(0).default(10),
  /** Pseudo-rows that pull rare categories to the middle, as LightGBM's cat_smooth. */
  categorySmoothing: z.number().min(0).default(10),
  /** Numeric columns that the prediction may only rise (1) or fall (-1) with. */
  monotone: z.record(column, z.union([z.literal(1), z.literal(-1)])).default({}),
  /** Sets of columns that may meet on a way from root to leaf; a column in no set meets none. */
  interactions: z.array(z.array(column).min(1)).default([]),
  /** Stops when the loss on validation rows has not improved for so many rounds. 0 never stops. */
  earlyStoppingRounds: z.int().min(0).default(20),
});
