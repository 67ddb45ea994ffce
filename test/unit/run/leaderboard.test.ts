import { describe, expect, it } from "vitest";
import { leaderboard } from "../../../core/run/leaderboard.ts";
import type { ExperimentRecord, RoundRecord } from "../../../core/run/round-record.ts";

const training = (
  index: number,
  rowShare: number,
  value: number | undefined,
  parts: Partial<ExperimentRecord> = {},
): ExperimentRecord => ({
  ...{ index, name: `c${index}`, family: "logistic-regression", parameters: { l2: index } },
  ...{ rowShare, metrics: value === undefined ? {} : { logLoss: value } },
  ...{ durationMs: 100, costUsd: 0.25, kept: true, ...parts },
});

const ROUNDS: readonly RoundRecord[] = [
  {
    round: 0,
    candidates: [
      training(0, 0.5, 0.6),
      training(1, 0.5, 0.4),
      training(2, 0.5, 0.3),
      training(5, 0.5, undefined),
      training(3, 0.5, undefined),
    ],
  },
  { round: 1, candidates: [training(1, 1, 0.35), training(2, 1, 0.3)] },
  { round: 2, candidates: [training(4, 1, 0.31, { family: "ensemble" })] },
];
const FINALISTS = [
  { index: 1, test: { logLoss: 0.36 } },
  { index: 2, test: { logLoss: 0.33 } },
  { index: 4, test: {} },
];
const board = (rounds = ROUNDS) =>
  leaderboard(rounds, { metric: "logLoss", finalists: FINALISTS, chosen: 2 });

describe("leaderboard", () => {
  it("puts those first that saw more rows, then those of the better metric, last those without", () => {
    expect(board().map(({ index }) => index)).toEqual([2, 4, 1, 0, 3, 5]);
    expect(board().map(({ validation }) => validation)).toEqual([0.3, 0.31, 0.35, 0.6, null, null]);
  });

  it("tells of each candidate how far it came, what it took in all, and what it did on the test split", () => {
    expect(board()[0]).toEqual({
      ...{ index: 2, name: "c2", family: "logistic-regression", parameters: { l2: 2 } },
      ...{ round: 1, rowShare: 1, metric: "logLoss", validation: 0.3, test: 0.33 },
      ...{ durationMs: 200, costUsd: 0.5, chosen: true },
    });
    expect(board().map(({ test }) => test)).toEqual([0.33, null, 0.36, null, null, null]);
    expect(board().map(({ chosen }) => chosen)).toEqual([true, ...Array(5).fill(false)]);
  });

  it("keeps equally good ones by index, and a cost unknown that is so in part", () => {
    const rounds = [
      { round: 0, candidates: [training(1, 1, 0.5), training(0, 1, 0.5, { costUsd: null })] },
      { round: 1, candidates: [training(0, 1, 0.5)] },
    ];

    expect(board(rounds).map(({ index, costUsd }) => [index, costUsd])).toEqual([
      [0, null],
      [1, 0.25],
    ]);
  });

  it("is empty of a run without records", () => {
    expect(board([])).toEqual([]);
  });
});
