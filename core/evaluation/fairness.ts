import type {
  Confusion,
  FairnessMeasures,
  GroupFairness,
  GroupRates,
} from "../run/evaluation-results.ts";
import type { FrameColumn } from "../training/training-frame.ts";
import { confusionCells, countCells } from "./confusion.ts";
import type { MeasuredRows } from "./measured-rows.ts";
import { rowWeights } from "./row-weights.ts";
import { checkScoredRows } from "./score-ranking.ts";
import { columnGroups } from "./slice-groups.ts";
import { sliceColumn } from "./sliced-column.ts";

export interface FairnessOptions {
  /** Probability from which a row counts as predicted 1, 0..1. */
  readonly threshold: number;
  /** Groups with fewer rows are shown but have no say in the measures. @default 50 */
  readonly minRows?: number;
  /** The class that is good for the person: of a loan's default that is 0. @default 1 */
  readonly favourable?: 0 | 1;
  /** Most spans of a numeric column. @default 10 */
  readonly bins?: number;
}

/**
 * How a binary model treats the groups of a protected column: how often each is predicted the
 * favourable class ("selected"), and how often rightly. Missing values are a group.
 *
 * @param rows each counts by its weight, but for `minRows`
 * @param column shape [rows]; a numeric one falls into spans
 * @throws {InvalidInputError} as `rankScores`
 */
export function fairness(
  rows: MeasuredRows,
  column: FrameColumn,
  options: FairnessOptions,
): GroupFairness {
  const { threshold, minRows = 50, favourable = 1, bins = 10 } = options;
  const scored = { labels: rows.labels, scores: rows.predictions };
  checkScoredRows(scored);
  const weights = rowWeights(rows.weights, rows.labels.length);
  const ofClass1 = confusionCells(scored, threshold);
  // Seen from class 0, a cell and its opposite change places.
  const cells = favourable === 1 ? ofClass1 : ofClass1.map((cell) => 3 - cell);
  const groups = columnGroups(sliceColumn(column, bins), 1).map(({ where, units }): GroupRates => {
    const ownCells = Uint8Array.from(units, (row) => cells[row] as number);
    const ownWeights = Float64Array.from(units, (row) => weights[row] as number);
    return {
      group: where[0]?.value ?? null,
      rows: units.length,
      ...ratesOf(countCells(ownCells, ownWeights)),
    };
  });
  const measures = fairnessMeasures(groups, minRows);
  return { column: column.name, favourable, minRows, groups, measures };
}

/**
 * How far the groups with enough rows are apart. Names and formulas are Fairlearn's, the ratio the
 * four-fifths rule's (29 CFR 1607.4 D: below 0.8 is evidence of adverse impact).
 *
 * @param minRows rows of a group that has a say, >= 1
 * @returns each null where fewer than two groups define it, the ratio also where nobody is selected
 */
export function fairnessMeasures(groups: readonly GroupRates[], minRows: number): FairnessMeasures {
  const enough = groups.filter(({ rows }) => rows >= minRows);
  const selection = span(enough, ({ selectionRate }) => selectionRate);
  const truePositive = span(enough, ({ truePositiveRate }) => truePositiveRate);
  const falsePositive = span(enough, ({ falsePositiveRate }) => falsePositiveRate);
  return {
    demographicParityDifference: difference(selection),
    equalOpportunityDifference: difference(truePositive),
    equalisedOddsDifference:
      truePositive && falsePositive
        ? Math.max(truePositive.most - truePositive.least, falsePositive.most - falsePositive.least)
        : null,
    disparateImpact: selection && selection.most > 0 ? selection.least / selection.most : null,
  };
}

interface Span {
  readonly least: number;
  readonly most: number;
}

function span(
  groups: readonly GroupRates[],
  rateOf: (group: GroupRates) => number | null,
): Span | undefined {
  const rates = groups.map(rateOf).filter((rate) => rate !== null);
  if (rates.length < 2) return undefined;
  return { least: Math.min(...rates), most: Math.max(...rates) };
}

function difference(rates: Span | undefined): number | null {
  return rates ? rates.most - rates.least : null;
}

function ratesOf(counts: Confusion): Omit<GroupRates, "group" | "rows"> {
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = counts;
  const selected = truePositives + falsePositives;
  const positives = truePositives + falseNegatives;
  const negatives = falsePositives + trueNegatives;
  return {
    selectionRate: share(selected, positives + negatives),
    truePositiveRate: share(truePositives, positives),
    falsePositiveRate: share(falsePositives, negatives),
    precision: share(truePositives, selected),
    baseRate: share(positives, positives + negatives),
  };
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
