import { InvalidInputError } from "../errors.ts";
import type { MeasuredRows } from "./measured-rows.ts";

/**
 * Holds rows against what their task allows.
 *
 * @param width predictions a row
 * @param allowed what a label and a prediction may be, in words for the message
 * @throws {InvalidInputError} if there are more or fewer predictions than rows * width, or a label or
 *   a prediction is none that is allowed; names the first row.
 */
export function checkPredictions(
  { labels, predictions }: MeasuredRows,
  width: number,
  allowed: { readonly label: Allowed; readonly prediction: Allowed },
): void {
  if (predictions.length !== labels.length * width) {
    throw new InvalidInputError(
      `got ${labels.length} labels and ${predictions.length} predictions; there must be ${width} a row`,
    );
  }
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] as number;
    if (allowed.label.holds(label)) continue;
    throw new InvalidInputError(`label of row ${row} must be ${allowed.label.what}, got ${label}`);
  }
  for (let i = 0; i < predictions.length; i++) {
    const prediction = predictions[i] as number;
    if (allowed.prediction.holds(prediction)) continue;
    throw new InvalidInputError(
      `prediction of row ${Math.floor(i / width)} must be ${allowed.prediction.what}, got ${prediction}`,
    );
  }
}

interface Allowed {
  readonly what: string;
  readonly holds: (value: number) => boolean;
}

export const FINITE: Allowed = { what: "a finite number", holds: Number.isFinite };
export const PROBABILITY: Allowed = {
  what: "in 0..1",
  holds: (value) => value >= 0 && value <= 1,
};

export function classIndex(classes: number): Allowed {
  return {
    what: `the index of one of ${classes} classes`,
    holds: (value) => Number.isInteger(value) && value >= 0 && value < classes,
  };
}

export const RELEVANCE: Allowed = {
  what: "a whole number in 0..31",
  holds: (value) => Number.isInteger(value) && value >= 0 && value <= 31,
};
