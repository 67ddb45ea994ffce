import { InvalidInputError } from "../../errors.ts";
import type { Frame, FrameColumn } from "../training-frame.ts";
import { binOfValue, type InputValue } from "./binning.ts";
import type { Scorecard, ScorecardInput } from "./scorecard.ts";

/** Why an applicant has fewer points than could be: one input, as data. */
export interface ReasonCode {
  readonly input: string;
  /** Label of the applicant's bin. */
  readonly bin: string;
  readonly points: number;
  /** Points of the input's best bin, or its mean, as the scorecard has it. */
  readonly reference: number;
  /** reference - points, above 0. */
  readonly pointsLost: number;
}

/**
 * The inputs that cost a row the most points, the costliest first; equal ones as in the scorecard.
 *
 * @param row of the frame, 0..rows - 1
 * @param k how many at most
 * @throws {InvalidInputError} if there is no such row.
 */
export function reasonCodes(
  scorecard: Scorecard,
  frame: Frame,
  row: number,
  k: number,
): readonly ReasonCode[] {
  if (!(row >= 0 && row < frame.rows)) {
    throw new InvalidInputError(`row must be in 0..${frame.rows - 1}, got ${row}`);
  }
  const values = frame.columns.map((column) => [column.name, valueAt(column, row)] as const);
  return reasonCodesOf(scorecard, Object.fromEntries(values), k);
}

/**
 * The same for the values of one instance by input, as a caller sends them. Null, NaN, "" and what is
 * left out are missing.
 */
export function reasonCodesOf(
  scorecard: Scorecard,
  values: Readonly<Record<string, InputValue>>,
  k: number,
): readonly ReasonCode[] {
  return scorecard.inputs
    .map((input) => reasonOf(input, scorecard.reasonsAgainst, values[input.name]))
    .filter(({ pointsLost }) => pointsLost > 0)
    .sort((a, b) => b.pointsLost - a.pointsLost)
    .slice(0, k);
}

/** What one input says of a value, whether it costs points or not. */
export function reasonOf(
  input: ScorecardInput,
  against: Scorecard["reasonsAgainst"],
  value: InputValue | undefined,
): ReasonCode {
  const { label, points } = input.bins[binOfValue(input, value)] as ScorecardInput["bins"][number];
  const reference = against === "mean" ? input.meanPoints : bestPoints(input);
  return { input: input.name, bin: label, points, reference, pointsLost: reference - points };
}

/** Most points among the bins that a row of the training split was in. */
function bestPoints({ bins }: ScorecardInput): number {
  return Math.max(...bins.filter(({ rows }) => rows > 0).map(({ points }) => points));
}

function valueAt(column: FrameColumn, row: number): InputValue {
  if (column.kind === "number") return column.values[row] as number;
  return column.dictionary[column.codes[row] as number] ?? null;
}
