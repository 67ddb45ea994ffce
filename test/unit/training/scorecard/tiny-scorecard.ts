import type { Scorecard, ScorecardBin } from "../../../../core/training/scorecard/scorecard.ts";

const bin = (label: string, rows: number, points: number): ScorecardBin => ({
  label,
  rows,
  share: rows / 10,
  eventRate: rows > 0 ? 1 / 8 : null,
  weightOfEvidence: points / 100,
  points,
});

/** A scorecard by hand: 10 rows, two inputs, one left out. */
export const tinyScorecard: Scorecard = {
  goodClass: 0,
  baseScore: 600,
  baseOdds: 50,
  pointsToDoubleOdds: 20,
  basePoints: 500,
  reasonsAgainst: "best",
  inputs: [
    {
      kind: "number",
      name: "rate",
      borders: [12],
      informationValue: 0.25,
      reading: "medium",
      coefficient: 0.9,
      meanPoints: 40,
      bins: [bin("(-∞, 12]", 6, 60), bin("(12, ∞)", 4, 10), bin("missing", 0, 70)],
    },
    {
      kind: "category",
      name: "city",
      groups: [["Bern"], ["Zug"]],
      otherBin: 2,
      informationValue: 0.125,
      reading: "medium",
      coefficient: 0.8,
      meanPoints: 27,
      bins: [
        bin("{Bern}", 4, 40),
        bin("{Zug}", 2, 20),
        bin("{other}", 3, 5),
        bin("missing", 1, 15),
      ],
    },
  ],
  dropped: [
    { name: "luck", informationValue: 0.001, reading: "useless", reason: "information-value" },
    { name: "echo", informationValue: 0.05, reading: "weak", reason: "sign" },
  ],
};
