import type { StepOf } from "../../definition/transform-schema.ts";
import { InvalidInputError } from "../../errors.ts";
import type { FrameColumn } from "../../training/training-frame.ts";
import { aNumber, aText, type FittedStep } from "../fitted-step.ts";
import { meanOf, numberColumn, quantileOf, sortedValues, textCounts } from "../training-values.ts";

/** Fills what is missing: NaN and infinite numbers, empty strings. */
export function fitImpute(step: StepOf<"impute">, column: FrameColumn): FittedStep {
  const value = step.with === "constant" ? step.value : fill(step, column);
  return {
    found: { value },
    build(nodes, input) {
      if (input.kind === "category") {
        const missing = nodes.lookUp(input.value, new Map(), { unknown: 0, missing: 1 });
        const filled = aText(nodes.fillTexts(input.value, String(value)));
        return step.indicator ? [filled, aNumber(missing)] : [filled];
      }
      const missing = nodes.isMissing(input.value);
      const filled = aNumber(nodes.choose(missing, Number(value), input.value));
      return step.indicator ? [filled, aNumber(missing)] : [filled];
    },
  };
}

function fill(step: StepOf<"impute">, column: FrameColumn): number | string {
  if (column.kind === "category") {
    const [first] = textCounts(column).keys();
    if (first !== undefined) return first;
    throw new InvalidInputError(
      `column ${column.name} has no string in the training split; impute a constant`,
    );
  }
  const sorted = sortedValues(numberColumn(column));
  if (step.with === "mean") return meanOf(sorted);
  return step.with === "median" ? quantileOf(sorted, 0.5) : mostFrequent(sorted);
}

/** Of equally frequent values the least. */
function mostFrequent(sorted: Float64Array): number {
  let best = sorted[0] as number;
  let most = 0;
  let begin = 0;
  for (let i = 1; i <= sorted.length; i++) {
    if (sorted[i] === sorted[begin]) continue;
    if (i - begin > most) {
      most = i - begin;
      best = sorted[begin] as number;
    }
    begin = i;
  }
  return best;
}
