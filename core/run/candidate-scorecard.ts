import { IntegrityError } from "../errors.ts";
import { type Scorecard, scorecardSchema } from "../training/scorecard/scorecard.ts";
import type { CandidateReport } from "./artifacts.ts";

/**
 * The scorecard that training found; `undefined` of another family.
 *
 * @throws {IntegrityError} if the candidate is a scorecard, and what is stored of it is none
 */
export function candidateScorecard({
  name,
  family,
  training,
}: Pick<CandidateReport, "name" | "family" | "training">): Scorecard | undefined {
  if (family !== "scorecard") return undefined;
  const parsed = scorecardSchema.safeParse(training.scorecard);
  if (parsed.success) return parsed.data;
  throw new IntegrityError(`metrics.json of candidate ${name} has no scorecard; train it again`, {
    cause: parsed.error,
  });
}
