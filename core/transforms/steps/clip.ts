import type { StepOf } from "../../definition/transform-schema.ts";
import type { FrameColumn } from "../../training/training-frame.ts";
import { aNumber, type FittedStep, fromNumbers } from "../fitted-step.ts";
import { numberColumn, quantileOf, sortedValues } from "../training-values.ts";

/** Numbers outside two bounds become the bound. */
export function fitClip(step: StepOf<"clip">, column: FrameColumn): FittedStep {
  const { min, max } = boundsOf(step, column);
  return {
    found: { min, max },
    build: fromNumbers((nodes, x) => {
      const raised = min === undefined ? x : nodes.maximum(x, min);
      return [aNumber(max === undefined ? raised : nodes.minimum(raised, max))];
    }),
  };
}

function boundsOf({ min, max, quantiles }: StepOf<"clip">, column: FrameColumn) {
  if (quantiles === undefined) return { min, max };
  const sorted = sortedValues(numberColumn(column));
  const [low, high] = quantiles;
  return { min: quantileOf(sorted, low), max: quantileOf(sorted, high) };
}
