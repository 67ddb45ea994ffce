import type { StepOf } from "../../definition/transform-schema.ts";
import type { FrameColumn } from "../../training/training-frame.ts";
import { aNumber, type FittedStep, fromTexts } from "../fitted-step.ts";
import { categoryColumn, textCounts } from "../training-values.ts";

/** Strings to their place in an order. */
export function fitOrdinal(
  { order, unknown = Number.NaN }: StepOf<"ordinal">,
  column: FrameColumn,
): FittedStep {
  const texts = typeof order === "string" ? ordered(order, column) : order;
  const places = new Map(texts.map((text, place) => [text, place]));
  return {
    found: { strings: texts.length },
    build: fromTexts((nodes, strings) => [
      aNumber(nodes.lookUp(strings, places, { unknown, missing: Number.NaN })),
    ]),
  };
}

function ordered(order: "frequency" | "alphabet", column: FrameColumn): readonly string[] {
  const texts = [...textCounts(categoryColumn(column)).keys()];
  return order === "frequency" ? texts : texts.sort();
}

/** Strings to how often the training split has them. */
export function fitFrequency({ as }: StepOf<"frequency">, column: FrameColumn): FittedStep {
  const { codes } = categoryColumn(column);
  const counts = textCounts(categoryColumn(column));
  const divisor = as === "share" ? codes.length : 1;
  const values = new Map([...counts].map(([text, count]) => [text, count / divisor]));
  return {
    found: { strings: counts.size },
    build: fromTexts((nodes, strings) => [
      aNumber(nodes.lookUp(strings, values, { unknown: 0, missing: Number.NaN })),
    ]),
  };
}
