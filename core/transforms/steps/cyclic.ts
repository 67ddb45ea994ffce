import type { StepOf } from "../../definition/transform-schema.ts";
import { aNumber, type FittedStep, fromNumbers } from "../fitted-step.ts";

/** Sine and cosine of 2 pi x / period, so that the end of a period is next to its beginning. */
export function fitCyclic({ period }: StepOf<"cyclic">): FittedStep {
  return {
    found: { period },
    build: fromNumbers((nodes, x) => {
      const turns = nodes.divide(x, period);
      // Without whole turns, so that large numbers lose nothing in the sine.
      const angle = nodes.multiply(nodes.subtract(turns, nodes.floor(turns)), 2 * Math.PI);
      return [aNumber(nodes.sine(angle)), aNumber(nodes.cosine(angle))];
    }),
  };
}
