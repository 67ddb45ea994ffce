/** Weight of the good and of the bad rows in some set; without sample weights, their numbers. */
export interface ClassMass {
  readonly good: number;
  readonly bad: number;
}

/** How weight of evidence is taken. */
export interface EvidenceRule {
  /** All rows of the training split, both > 0. */
  readonly totals: ClassMass;
  /** Average rows added to a bin that is thin or lacks a class; > 0. */
  readonly smoothing: number;
  /** A bin of less weight is thin. */
  readonly thinBelow: number;
}

/**
 * Weight of evidence of a bin: ln((good / all good) / (bad / all bad)). Above 0 the bin is better than
 * the average row. Siddiqi, Credit Risk Scorecards (2006), 6.
 *
 * A bin that lacks a class, or is thinner than the rule says, first gets `smoothing` rows with the
 * average mix of both classes. So it is finite, near 0 for a bin with little to say, and 0 for an
 * empty one.
 */
export function weightOfEvidence({ good, bad }: ClassMass, rule: EvidenceRule): number {
  const { totals, smoothing, thinBelow } = rule;
  if (good + bad === 0) return 0;
  const averageOdds = Math.log(totals.good / totals.bad);
  if (good > 0 && bad > 0 && good + bad >= thinBelow) return Math.log(good / bad) - averageOdds;
  const goodShare = totals.good / (totals.good + totals.bad);
  return (
    Math.log((good + smoothing * goodShare) / (bad + smoothing * (1 - goodShare))) - averageOdds
  );
}

/**
 * What a bin adds to its input's information value: (good / all good - bad / all bad) * weight of
 * evidence, the shares without smoothing. Never negative. Kullback and Leibler (1951) call the sum the
 * divergence J.
 */
export function informationOf(mass: ClassMass, rule: EvidenceRule): number {
  const { good, bad } = rule.totals;
  return (mass.good / good - mass.bad / bad) * weightOfEvidence(mass, rule);
}

/** The usual reading of information values, from the lowest up. */
export const READINGS = ["useless", "weak", "medium", "strong", "suspicious"] as const;
export type InformationReading = (typeof READINGS)[number];

/** Upper ends of all but the last reading. Siddiqi, Credit Risk Scorecards (2006), 6. */
const READING_ENDS = [0.02, 0.1, 0.3, 0.5];

/** The usual reading of an information value: suspicious from 0.5 on, as it may know the outcome. */
export function readInformationValue(value: number): InformationReading {
  return READINGS[READING_ENDS.filter((end) => value >= end).length] as InformationReading;
}
