import type { StepOf } from "../../definition/transform-schema.ts";
import type { FrameColumn } from "../../training/training-frame.ts";
import { aNumber, type FittedStep, fromNumbers } from "../fitted-step.ts";
import { meanOf, numberColumn, quantileOf, sortedValues } from "../training-values.ts";

/** (x - centre) / spread; a spread of 0 counts as 1. */
export function fitScale({ by }: StepOf<"scale">, column: FrameColumn): FittedStep {
  const sorted = sortedValues(numberColumn(column));
  const { centre, spread } = SCALES[by](sorted);
  const divisor = spread > 0 ? spread : 1;
  return {
    found: { centre, spread },
    build: fromNumbers((nodes, x) => [aNumber(nodes.divide(nodes.subtract(x, centre), divisor))]),
  };
}

interface Scale {
  readonly centre: number;
  readonly spread: number;
}

/** Each by sorted values. */
const SCALES: Readonly<Record<StepOf<"scale">["by"], (sorted: Float64Array) => Scale>> = {
  standard(sorted) {
    const centre = meanOf(sorted);
    return { centre, spread: Math.sqrt(meanOf(sorted.map((x) => (x - centre) ** 2))) };
  },
  robust: (sorted) => ({
    centre: quantileOf(sorted, 0.5),
    spread: quantileOf(sorted, 0.75) - quantileOf(sorted, 0.25),
  }),
  "min-max": (sorted) => ({
    centre: sorted[0] as number,
    spread: (sorted.at(-1) as number) - (sorted[0] as number),
  }),
};
