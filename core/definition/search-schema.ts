import { z } from "zod";
import { FAMILY_NAMES } from "./candidate-schema.ts";

const fixed = z.union([
  z.number(),
  z.string(),
  z.boolean(),
  z.array(z.union([z.number(), z.string(), z.array(z.string())])),
  z.record(z.string(), z.union([z.number(), z.string()])),
]);

/** What one parameter of a drawn candidate may be: a value, one of several, or from a range. */
const parameterSpace = z.union([
  z.strictObject({ oneOf: z.array(fixed).min(1) }),
  z.strictObject({
    /** Not above `to`; above 0 on a log scale. */
    from: z.number(),
    to: z.number(),
    /** log: as likely between 0.01 and 0.1 as between 0.1 and 1. */
    scale: z.enum(["linear", "log"]).default("linear"),
    /** Whole numbers only, both ends among them. */
    whole: z.boolean().default(false),
  }),
  fixed,
]);

/** A search over families and parameters, cut by successive halving. */
export const searchSchema = z.strictObject({
  /** How many candidates are drawn, beside those that are named. */
  candidates: z.int().min(1).max(40),
  /** Each drawn candidate is of one of them, in turn. */
  families: z
    .array(
      z.strictObject({
        family: z.enum(FAMILY_NAMES),
        parameters: z.record(z.string(), parameterSpace).default({}),
      }),
    )
    .min(1)
    .max(20),
  /** Each round keeps a share of the candidates and gives them more rows; the last one gives all. */
  rounds: z.int().min(1).max(5).default(3),
  keepShare: z
    .number()
    .min(0.05)
    .max(0.9)
    .default(1 / 3),
  /** Training seconds of all candidates together that no further round is begun to exceed. */
  budgetSeconds: z.number().positive().default(3600),
});

/** The best few finalists as one more candidate. */
export const ensembleSchema = z.strictObject({
  /** average: each counts the same. stacking: each counts as the validation split favours it. */
  method: z.enum(["average", "stacking"]),
  best: z.int().min(2).max(8).default(3),
});

export type SearchSpace = z.output<typeof searchSchema>;
export type ParameterSpace = z.output<typeof parameterSpace>;
