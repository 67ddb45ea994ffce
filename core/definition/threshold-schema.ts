import { z } from "zod";

const share = z.number().min(0).max(1);
const cost = z.number();

/** How the probability is chosen from which a binary model says 1. */
export const thresholdSchema = z.discriminatedUnion("choose", [
  z.strictObject({ choose: z.literal("fixed"), value: share }),
  /** The threshold with the best F-beta on the validation split. */
  z.strictObject({ choose: z.literal("f-beta"), beta: z.number().positive() }),
  /** The least total cost on the validation split, in any unit a row; negative costs are gains. */
  z.strictObject({
    choose: z.literal("cost"),
    falsePositive: cost,
    falseNegative: cost,
    truePositive: cost.default(0),
    trueNegative: cost.default(0),
  }),
  /** The most recall with at least so much precision. */
  z.strictObject({ choose: z.literal("precision"), atLeast: share }),
  /** The highest threshold, so the fewest alerts, with at least so much recall. */
  z.strictObject({ choose: z.literal("recall"), atLeast: share }),
  /** The most rows labelled 1, up to a share of all. */
  z.strictObject({ choose: z.literal("alert-rate"), atMost: share }),
]);
