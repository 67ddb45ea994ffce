import type { StepOf } from "../../definition/transform-schema.ts";
import type { FrameColumn } from "../../training/training-frame.ts";
import { aNumber, type FittedStep, fromTexts } from "../fitted-step.ts";
import { categoryColumn, textCounts } from "../training-values.ts";

const UNKNOWN = -1;
const MISSING = -2;

/** A column of 0 and 1 for each of the most frequent strings. */
export function fitOneHot(step: StepOf<"one-hot">, column: FrameColumn): FittedStep {
  const texts = [...textCounts(categoryColumn(column)).keys()].slice(0, step.maxCategories);
  const codes = new Map(texts.map((text, code) => [text, code]));
  const places = [
    ...codes.values(),
    ...(step.other ? [UNKNOWN] : []),
    ...(step.missing ? [MISSING] : []),
  ];
  const ends = [
    ...texts.map((text) => `=${text}`),
    // No string's column has such a name.
    ...(step.other ? ["!other"] : []),
    ...(step.missing ? ["!missing"] : []),
  ];
  return {
    found: { texts },
    ends,
    build: fromTexts((nodes, strings) => {
      const code = nodes.lookUp(strings, codes, { unknown: UNKNOWN, missing: MISSING });
      return places.map((place) => aNumber(nodes.isEqual(code, place)));
    }),
  };
}
