import { z } from "zod";
import { READINGS } from "./weight-of-evidence.ts";

const reading = z.enum(READINGS);
const count = z.int().min(0);

const binSchema = z.strictObject({
  /** Such as "(12.5, 14]", "{CA, NY}", "{TX, other}" or "missing". */
  label: z.string(),
  /** Rows of the training split. */
  rows: count,
  /** Of the weight of all rows, 0..1. */
  share: z.number(),
  /** Weighted share of class 1; null where no row is. */
  eventRate: z.number().nullable(),
  /** ln of the odds of the good class here, less that of all rows. */
  weightOfEvidence: z.number(),
  points: z.number(),
});

const inputParts = {
  name: z.string(),
  informationValue: z.number(),
  reading,
  /** Of weight of evidence, in the log-odds of the good class. */
  coefficient: z.number(),
  /** Mean of the points over the training split. */
  meanPoints: z.number(),
  /** In the order of the binning; that of missing values is the last. */
  bins: z.array(binSchema).min(2).readonly(),
};

const inputSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("number"),
    ...inputParts,
    borders: z.array(z.number()).readonly(),
  }),
  z.strictObject({
    kind: z.literal("category"),
    ...inputParts,
    groups: z.array(z.array(z.string()).readonly()).readonly(),
    otherBin: count,
  }),
]);

/**
 * A scorecard as data: what is signed off, and all that points and reason codes need. The score of an
 * applicant is `basePoints` and, for each input, the points of the bin that its value falls into.
 */
export const scorecardSchema = z.strictObject({
  /** The class that more points speak for. */
  goodClass: z.union([z.literal(0), z.literal(1)]),
  baseScore: z.number(),
  baseOdds: z.number(),
  pointsToDoubleOdds: z.number(),
  basePoints: z.number(),
  reasonsAgainst: z.enum(["best", "mean"]),
  inputs: z.array(inputSchema).readonly(),
  /** Inputs that the model does not use, and why. */
  dropped: z.array(
    z.strictObject({
      name: z.string(),
      informationValue: z.number(),
      reading,
      reason: z.enum(["information-value", "sign"]),
    }),
  ),
});

export type Scorecard = z.output<typeof scorecardSchema>;
export type ScorecardInput = Scorecard["inputs"][number];
export type ScorecardBin = ScorecardInput["bins"][number];

/** Points of one more unit of the log-odds of the good class. */
export function pointsPerLogOdds({ pointsToDoubleOdds }: Pick<Scorecard, "pointsToDoubleOdds">) {
  return pointsToDoubleOdds / Math.LN2;
}

/** Points at even odds. */
export function pointsAtEvenOdds(
  scale: Pick<Scorecard, "baseScore" | "baseOdds" | "pointsToDoubleOdds">,
) {
  return scale.baseScore - pointsPerLogOdds(scale) * Math.log(scale.baseOdds);
}
