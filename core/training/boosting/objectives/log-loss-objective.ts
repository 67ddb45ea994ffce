import { InvalidInputError } from "../../../errors.ts";
import { sigmoid } from "../../log-loss.ts";
import type { Objective } from "./objective.ts";
import { pointwise } from "./pointwise.ts";

/**
 * -ln of the probability of the class that the row has, by log-odds of class 1. Rows without weights are
 * left to the kernels' own gradient pass.
 */
export const logLoss: Objective = pointwise(
  {
    // ln(1 + e^s) - y s, without overflow
    loss: (score, label) =>
      Math.max(score, 0) - label * score + Math.log1p(Math.exp(-Math.abs(score))),
    gradient: (score, label) => sigmoid(score) - label,
    hessian(score) {
      const probability = sigmoid(score);
      return probability * (1 - probability);
    },
  },
  {
    name: "logLoss",
    baseScore({ labels, weights }) {
      const sums = [0, 0];
      labels.forEach((label, row) => {
        sums[label] = (sums[label] as number) + (weights ? (weights[row] as number) : 1);
      });
      const [ofZero = 0, ofOne = 0] = sums;
      if (ofZero > 0 && ofOne > 0) return Math.log(ofOne / ofZero);
      throw new InvalidInputError(
        `rows of class 0 weigh ${ofZero} and of class 1 ${ofOne}; both have to count`,
      );
    },
  },
);
