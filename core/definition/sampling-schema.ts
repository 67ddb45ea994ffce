import { z } from "zod";

/** Which rows of the training split are kept. Those that are kept count for those that are not. */
export const samplingSchema = z.strictObject({
  /** Share of the rows that is kept, told by a hash of the row. */
  share: z.number().gt(0).max(1),
  /** Another seed keeps other rows. */
  seed: z.int().min(0).default(1),
  /** Classes of which every row is kept: "0" and "1" of a binary target, else names of classes. */
  keepAll: z.array(z.string()).min(1).optional(),
});

/** How many rows of frequent classes of the training split are kept. */
export const balanceSchema = z.strictObject({
  /** Rows of any other class for each row of the rarest. */
  perRarest: z.number().min(1),
});
