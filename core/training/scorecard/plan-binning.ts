import type { ScorecardParameters } from "../../definition/parameters/scorecard.ts";
import { InvalidInputError } from "../../errors.ts";
import type { FrameColumn } from "../training-frame.ts";
import type { Binning } from "./binning.ts";
import type { BinningRule } from "./optimal-bins.ts";
import { planCategories } from "./plan-categories.ts";
import { planNumbers } from "./plan-numbers.ts";
import type { Sample } from "./sample.ts";

/**
 * The best bins of each column.
 *
 * @throws {InvalidInputError} if `monotone` names what is no column of numbers.
 */
export function planBinning(
  columns: readonly FrameColumn[],
  sample: Sample,
  parameters: ScorecardParameters,
): readonly Binning[] {
  checkMonotone(columns, parameters);
  const rule = binningRule(sample, parameters);
  return columns.map((column) =>
    column.kind === "number"
      ? planNumbers(column, sample, rule, parameters)
      : planCategories(column, sample, rule, parameters),
  );
}

/** What the parameters ask of each bin. */
export function binningRule({ totals }: Sample, parameters: ScorecardParameters): BinningRule {
  const { maxBins, minBinShare, smoothing } = parameters;
  const minBinWeight = minBinShare * (totals.good + totals.bad);
  return { totals, maxBins, smoothing, minBinWeight, thinBelow: minBinWeight };
}

function checkMonotone(columns: readonly FrameColumn[], { monotone }: ScorecardParameters): void {
  const numbers = columns.filter(({ kind }) => kind === "number").map(({ name }) => name);
  const wrong = Object.keys(monotone).find((name) => !numbers.includes(name));
  if (wrong === undefined) return;
  throw new InvalidInputError(
    `monotone names ${wrong}, which is no input of numbers; those are [${numbers.join(", ")}]`,
  );
}
