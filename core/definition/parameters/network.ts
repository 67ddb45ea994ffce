import { z } from "zod";

const count = z.int().positive();

/** Parameters of a neural network. Each is explained in docs/training/neural-network.md. */
export const networkParameters = z.strictObject({
  /** Units of each hidden layer. None makes the network linear in its inputs. */
  hiddenUnits: z.array(count.max(4096)).max(8).default([128, 64]),
  activation: z.enum(["relu", "silu", "gelu"]).default("relu"),
  /** Share of a hidden layer's units that a training step leaves out. */
  dropout: z.number().min(0).max(0.9).default(0.2),
  batchNormalisation: z.boolean().default(true),
  /** Numbers that stand for a string. Absent: chosen by the number of strings of the column. */
  embeddingSize: count.max(256).optional(),
  /** Strings of a column that have an embedding of their own, the most frequent ones. */
  maxCategories: count.max(100_000).default(10_000),
  /** Standardised numbers are cut off at plus and minus so many standard deviations. */
  clip: z.number().positive().default(10),
  /** Regression: the loss of the prediction. Quantiles have their own. */
  loss: z.enum(["squared", "absolute", "huber"]).default("squared"),
  /** Error, in standard deviations of the target, from which Huber's loss grows as a line. */
  huberDelta: z.number().positive().default(1),
  epochs: count.max(1_000).default(20),
  /** Rows a step. */
  batchSize: count.max(65_536).default(512),
  learningRate: z.number().positive().max(1).default(0.005),
  schedule: z.enum(["constant", "cosine", "step"]).default("cosine"),
  /** Epochs in which the learning rate grows from 0 to its full size. */
  warmupEpochs: z.number().min(0).default(0),
  /** With `schedule: "step"`: after so many epochs the learning rate is multiplied by `stepFactor`. */
  stepEpochs: count.default(5),
  stepFactor: z.number().positive().max(1).default(0.5),
  /** AdamW's weight decay: what a step takes off each matrix, in learning rates. */
  weightDecay: z.number().min(0).max(10).default(0.1),
  /** Stops when validation loss has not improved for so many epochs. 0 never stops. */
  earlyStoppingEpochs: z.int().min(0).default(5),
});

export type NetworkParameters = z.output<typeof networkParameters>;
