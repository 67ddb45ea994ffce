import type { z } from "zod";
import { scorecardParameters } from "../../../../core/definition/parameters/scorecard.ts";
import {
  type ScorecardModel,
  trainScorecard,
} from "../../../../core/training/scorecard/train-scorecard.ts";
import type { LabelledFrame } from "../../../../core/training/training-frame.ts";
import { frameOf, numbers, shares, strings, withoutRows } from "../frames.ts";

export type Options = z.input<typeof scorecardParameters>;

export function scorecardOf(train: LabelledFrame, options: Options = {}): ScorecardModel {
  return trainScorecard(scorecardParameters.parse(options), train, withoutRows(train));
}

/**
 * Loans whose log-odds of class 1 (bad) rise with `rate`, fall with `income` (missing in a fifth of the
 * rows, which is bad) and depend on the city; `luck` means nothing.
 */
export function loans(rows: number, seed: number): LabelledFrame {
  const next = shares(seed);
  const rate = Array.from({ length: rows }, () => 5 + next() * 20);
  const income = rate.map(() => (next() < 0.2 ? Number.NaN : Math.round(next() * 90) + 10));
  const cities = ["Bern", "Genf", "Uri", "Zug"];
  const city = rate.map(() => Math.floor(next() * 4));
  const labels = rate.map((value, i) => {
    const earned = Number.isNaN(income[i]) ? 1 : 1 - (income[i] as number) / 40;
    const logOdds = -2.5 + 0.15 * (value - 10) + earned + 0.6 * ((city[i] as number) % 2);
    return next() < 1 / (1 + Math.exp(-logOdds)) ? 1 : 0;
  });
  const columns = [
    numbers("rate", rate),
    numbers("income", income),
    strings(
      "city",
      city.map((at) => cities[at] as string),
    ),
    numbers("luck", rate.map(next)),
  ];
  return frameOf(columns, labels);
}
