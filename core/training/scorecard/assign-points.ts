import type { ScorecardParameters } from "../../definition/parameters/scorecard.ts";
import { binLabels } from "./bin-labels.ts";
import { type Binning, binCount } from "./binning.ts";
import type { EvidenceFit } from "./fit-evidence.ts";
import { massesOf, type Sample } from "./sample.ts";
import {
  pointsAtEvenOdds,
  pointsPerLogOdds,
  type Scorecard,
  type ScorecardBin,
  type ScorecardInput,
} from "./scorecard.ts";
import {
  type EvidenceRule,
  type InformationReading,
  informationOf,
  readInformationValue,
  weightOfEvidence,
} from "./weight-of-evidence.ts";

/** The bins of an input as the training split fills them, before there are points. */
export interface BinnedInput {
  readonly binning: Binning;
  readonly bins: readonly Omit<ScorecardBin, "points">[];
  readonly informationValue: number;
  readonly reading: InformationReading;
}

/**
 * What the training split says of each bin.
 *
 * @param bins of each row, shape [rows]
 */
export function describeBins(
  binning: Binning,
  bins: Uint8Array,
  sample: Sample,
  rule: EvidenceRule,
  goodClass: 0 | 1,
): BinnedInput {
  const { good, bad } = sample.totals;
  const labels = binLabels(binning);
  const masses = massesOf(bins, binCount(binning), sample);
  const informationValue = masses.reduce((sum, mass) => sum + informationOf(mass, rule), 0);
  return {
    binning,
    informationValue,
    reading: readInformationValue(informationValue),
    bins: masses.map((mass, i) => {
      const weight = mass.good + mass.bad;
      return {
        label: labels[i] as string,
        rows: mass.rows,
        share: weight / (good + bad),
        eventRate: weight > 0 ? (goodClass === 1 ? mass.good : mass.bad) / weight : null,
        weightOfEvidence: weightOfEvidence(mass, rule),
      };
    }),
  };
}

type ScaleParameters = Pick<
  ScorecardParameters,
  | "baseOdds"
  | "basePoints"
  | "baseScore"
  | "goodClass"
  | "pointsToDoubleOdds"
  | "reasonsAgainst"
  | "roundPoints"
>;

/**
 * Points of each bin: an applicant whose odds good : bad are `baseOdds` has `baseScore`, and twice the
 * odds are `pointsToDoubleOdds` more. Points of a bin = points per log-odds * coefficient * weight of
 * evidence, and an equal part of what an average applicant has where base points are spread. Siddiqi,
 * Credit Risk Scorecards (2006), 6.
 *
 * @param inputs that the fit kept, with its coefficients in the same order
 */
export function assignPoints(
  inputs: readonly BinnedInput[],
  { intercept, coefficients }: Pick<EvidenceFit, "coefficients" | "intercept">,
  parameters: ScaleParameters,
): Omit<Scorecard, "dropped"> {
  const { goodClass, baseScore, baseOdds, pointsToDoubleOdds, reasonsAgainst } = parameters;
  // + 0 makes 0 of -0.
  const round = (points: number) => (parameters.roundPoints ? Math.round(points) : points) + 0;
  const factor = pointsPerLogOdds(parameters);
  const average = pointsAtEvenOdds(parameters) + factor * intercept;
  const isSpread = parameters.basePoints === "spread" && inputs.length > 0;
  const part = isSpread ? average / inputs.length : 0;
  const ofInputs = inputs.map((input, i): ScorecardInput => {
    const coefficient = coefficients[i] as number;
    const bins = input.bins.map((bin) => ({
      ...bin,
      points: round(part + factor * coefficient * bin.weightOfEvidence),
    }));
    const meanPoints = bins.reduce((sum, { share, points }) => sum + share * points, 0);
    const { informationValue, reading } = input;
    return { ...input.binning, informationValue, reading, coefficient, meanPoints, bins };
  });
  return {
    goodClass,
    baseScore,
    baseOdds,
    pointsToDoubleOdds,
    basePoints: isSpread ? 0 : round(average),
    reasonsAgainst,
    inputs: ofInputs,
  };
}
