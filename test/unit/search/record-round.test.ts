import { describe, expect, it } from "vitest";
import { parseDefinition } from "../../../core/definition/parse-definition.ts";
import { recordRound } from "../../../core/search/record-round.ts";
import { model } from "../../../models/flight-delay/model.ts";

const definition = parseDefinition({
  ...model,
  candidates: [{ name: "named", family: "logistic-regression", parameters: { l2: 2 } }],
  search: {
    candidates: 1,
    families: [{ family: "gradient-boosting", parameters: { trees: 7 } }],
    rounds: 2,
  },
  ensemble: { method: "average", best: 2 },
});
const candidate = (index: number, name: string, rowShare: number) => ({ index, name, rowShare });
const FIRST = {
  number: 0,
  candidates: [candidate(0, "named", 0.5), candidate(1, "gradient-boosting-1", 0.5)],
};
const result = (index: number, name: string) => ({
  ...{ index, name, metrics: { rocAuc: 0.6 + index / 10 }, durationMs: 1000 * (index + 1) },
});
const costOf = (durationMs: number) => durationMs / 1e6;

describe("recordRound", () => {
  it("says of each candidate what it is, what it did and whether it goes on", () => {
    const results = [result(0, "named"), result(1, "gradient-boosting-1")];
    const next = { number: 1, candidates: [candidate(1, "gradient-boosting-1", 1)] };

    const { round, candidates } = recordRound({ definition, round: FIRST, results, next }, costOf);

    expect(round).toBe(0);
    expect(candidates).toMatchObject([
      {
        ...{ index: 0, name: "named", family: "logistic-regression", parameters: { l2: 2 } },
        ...{ rowShare: 0.5, metrics: { rocAuc: 0.6 }, durationMs: 1000, costUsd: 0.001 },
        kept: false,
      },
      { family: "gradient-boosting", parameters: { trees: 7 }, costUsd: 0.002, kept: true },
    ]);
  });

  it("says of an ensemble what it is made of", () => {
    const members = [0, 1].map((index) => ({ index, graphSha256: "" }));
    const round = { number: 2, candidates: [{ ...candidate(2, "ensemble", 1), members }] };
    const next = { number: 3, candidates: [] };
    const results = [{ index: 2, name: "ensemble", metrics: {} }];

    expect(recordRound({ definition, round, results, next }, () => null).candidates).toEqual([
      {
        ...{ index: 2, name: "ensemble", family: "ensemble" },
        parameters: { method: "average", members: ["named", "gradient-boosting-1"] },
        ...{ rowShare: 1, metrics: {}, durationMs: 0, costUsd: null, kept: true },
      },
    ]);
  });
});
