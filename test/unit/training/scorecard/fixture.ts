import { readFileSync } from "node:fs";
import type { MonotoneDirection } from "../../../../core/definition/parameters/scorecard.ts";

/** What generate.py beside the JSON found, independently of the product. */
export interface ScorecardFixture {
  readonly smoothing: number;
  readonly binning: readonly {
    readonly good: readonly number[];
    readonly bad: readonly number[];
    readonly allGood: number;
    readonly allBad: number;
    readonly maxBins: number;
    readonly minBinWeight: number;
    readonly direction: MonotoneDirection;
    readonly ends: readonly number[];
    readonly informationValue: number;
  }[];
  readonly scorecard: {
    readonly age: readonly (number | null)[];
    readonly debt: readonly number[];
    readonly city: readonly string[];
    readonly bad: readonly number[];
    readonly weights: readonly number[];
    readonly maxBins: number;
    readonly minCategoryShare: number;
    readonly l2: number;
    readonly intercept: number;
    readonly logOddsOfBad: readonly number[];
    readonly inputs: readonly {
      readonly name: string;
      /** Bin of each row. */
      readonly bins: readonly number[];
      readonly rows: readonly number[];
      readonly woe: readonly number[];
      readonly eventRate: readonly (number | null)[];
      readonly points: readonly number[];
      readonly informationValue: number;
      readonly coefficient: number;
    }[];
  };
}

const file = new URL("../../../fixtures/scorecard/scorecard.json", import.meta.url);
export const fixture: ScorecardFixture = JSON.parse(readFileSync(file, "utf8"));
