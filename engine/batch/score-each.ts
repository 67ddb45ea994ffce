import { IntegrityError, PlatformError } from "../../core/errors.ts";
import type { LoadedVersion } from "../../core/inference/loaded-version.ts";
import type { Scores, ScoringColumns } from "../../core/inference/scorer.ts";

/** Answers to rows beside each other; or one row that the graph gives no answer for, and why. */
export interface ScoredPart extends Scores {
  readonly failure?: string;
}

/**
 * Scores rows together; where the graph gives one of them what its task does not predict, such as NaN,
 * halves of them, so that this row alone fails. Costs calls only where a row fails.
 *
 * @param rows of the columns
 * @returns parts in the order of the rows
 */
export async function scoreEach(
  version: Pick<LoadedVersion, "score">,
  columns: ScoringColumns,
  rows: number,
): Promise<readonly ScoredPart[]> {
  try {
    return [await version.score(columns)];
  } catch (error) {
    if (!(error instanceof IntegrityError)) throw error;
    if (rows === 1) return [{ ...NO_ANSWER, failure: reasonOf(error) }];
  }
  const half = rows >> 1;
  return [
    ...(await scoreEach(version, slice(columns, 0, half), half)),
    ...(await scoreEach(version, slice(columns, half, rows), rows - half)),
  ];
}

/** One row without numbers. */
const NO_ANSWER: Scores = { scores: Float32Array.of(0), predictions: new Float32Array(0) };

const slice = (columns: ScoringColumns, from: number, to: number): ScoringColumns =>
  Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [
      name,
      column instanceof Float32Array ? column.subarray(from, to) : column.slice(from, to),
    ]),
  );

/** Without the version, which the report names, and the place among the rows of a call. */
function reasonOf(error: IntegrityError): string {
  const { message } = error.cause instanceof PlatformError ? error.cause : error;
  return message.replace(/ to row \d+( of \d+)?/, "");
}
