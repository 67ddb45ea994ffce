import type { ScorecardParameters } from "../../definition/parameters/scorecard.ts";
import { scorecardExplainer } from "../../explain/scorecard-explainer.ts";
import { checkColumns } from "../check-frames.ts";
import type { TrainedModel } from "../trained-model.ts";
import type { Frame, FrameColumn, LabelledFrame } from "../training-frame.ts";
import { addScorecard } from "./add-scorecard.ts";
import { assignPoints, type BinnedInput, describeBins } from "./assign-points.ts";
import { binRows } from "./binning.ts";
import { type EvidenceFit, fitEvidence, totalLoss } from "./fit-evidence.ts";
import { binningRule, planBinning } from "./plan-binning.ts";
import { checkBothClasses, type Sample, sampleOf } from "./sample.ts";
import { logOddsOf, scoreContributions, scorePoints } from "./score-points.ts";
import type { Scorecard, ScorecardInput } from "./scorecard.ts";

/** A trained scorecard, with what is signed off. Predictions follow from its points. */
export interface ScorecardModel extends TrainedModel {
  readonly scorecard: Scorecard;
}

/**
 * Trains a scorecard: the best monotone bins of each input, their weight of evidence, logistic
 * regression on it, and points in each bin. The raw score is the log-odds of class 1 for the sum of an
 * applicant's points, so table, reason codes and graph agree.
 *
 * Weights count as so many rows. Nothing is random.
 *
 * @throws {InvalidInputError} if the rows with a weight above 0 have one class only, or `monotone` names
 *   what is no column of numbers.
 */
export function trainScorecard(
  parameters: ScorecardParameters,
  train: LabelledFrame,
  validation: LabelledFrame,
): ScorecardModel {
  const sample = sampleOf(train, parameters.goodClass);
  checkBothClasses(sample);
  const candidates = binColumns(train, sample, parameters);
  const informative = candidates.filter(
    ({ input }) => input.informationValue >= parameters.minInformationValue,
  );
  const fit = fitEvidence(
    informative.map(({ bins, input }) => ({ bins, evidence: evidenceOf(input) })),
    sample,
    parameters,
  );
  const kept = fit.kept.map((i) => (informative[i] as Candidate).input);
  const scorecard: Scorecard = {
    ...assignPoints(kept, fit, parameters),
    dropped: droppedOf(candidates, kept, parameters),
  };
  return modelOf(scorecard, train.columns, summaryOf(scorecard, fit, validation));
}

interface Candidate {
  readonly bins: Uint8Array;
  readonly input: BinnedInput;
}

function binColumns(
  train: LabelledFrame,
  sample: Sample,
  parameters: ScorecardParameters,
): readonly Candidate[] {
  const rule = binningRule(sample, parameters);
  return planBinning(train.columns, sample, parameters).map((binning, i) => {
    const bins = binRows(binning, train.columns[i] as FrameColumn);
    return { bins, input: describeBins(binning, bins, sample, rule, parameters.goodClass) };
  });
}

function evidenceOf({ bins }: BinnedInput): Float64Array {
  return Float64Array.from(bins, ({ weightOfEvidence }) => weightOfEvidence);
}

function droppedOf(
  candidates: readonly Candidate[],
  kept: readonly BinnedInput[],
  { minInformationValue }: ScorecardParameters,
): Scorecard["dropped"] {
  return candidates
    .filter(({ input }) => !kept.includes(input))
    .map(({ input: { binning, informationValue, reading } }) => ({
      name: binning.name,
      informationValue,
      reading,
      reason: informationValue < minInformationValue ? "information-value" : "sign",
    }));
}

function modelOf(
  scorecard: Scorecard,
  columns: readonly FrameColumn[],
  summary: TrainedModel["summary"],
): ScorecardModel {
  const trained = columns.map(({ name, kind }) => ({ name, kind }));
  const checked = (frame: Frame) => {
    checkColumns(frame, trained);
    return frame;
  };
  return {
    scorecard,
    summary,
    scores: (frame) =>
      scorePoints(scorecard, checked(frame)).map((points) => logOddsOf(scorecard, points)),
    addTo: (graph, inputs) => addScorecard(graph, inputs, scorecard, trained[0] as FrameColumn),
    contributions: (frame) => scoreContributions(scorecard, checked(frame), trained),
    explainer: () => scorecardExplainer(scorecard, trained),
  };
}

function summaryOf(
  scorecard: Scorecard,
  fit: EvidenceFit,
  validation: LabelledFrame,
): TrainedModel["summary"] {
  return {
    scorecard,
    intercept: fit.intercept,
    iterations: fit.iterations,
    converged: fit.converged,
    penalisedLoss: fit.penalisedLoss,
    validationLoss: meanLoss(scorecard, validation),
    importances: scorecard.inputs.map(importanceOf),
  };
}

/** Weighted mean log-loss of the points; null where no row counts. */
function meanLoss(scorecard: Scorecard, frame: LabelledFrame): number | null {
  const sample = sampleOf(frame, 1);
  const weight = sample.totals.good + sample.totals.bad;
  if (weight === 0) return null;
  const logOdds = scorePoints(scorecard, frame).map((points) => logOddsOf(scorecard, points));
  return totalLoss(logOdds, sample) / weight;
}

function importanceOf({ name, informationValue, coefficient, bins }: ScorecardInput) {
  const points = bins.map((bin) => bin.points);
  const pointsRange = Math.max(...points) - Math.min(...points);
  return { feature: name, informationValue, coefficient, pointsRange };
}
