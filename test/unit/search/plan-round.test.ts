import { describe, expect, it } from "vitest";
import { parseDefinition } from "../../../core/definition/parse-definition.ts";
import {
  firstRound,
  nextRound,
  type RoundResult,
  type SearchProgress,
} from "../../../core/search/plan-round.ts";
import { model } from "../../../models/flight-delay/model.ts";

const searching = (parts: object = {}, others: object = {}) =>
  parseDefinition({
    ...model,
    candidates: [],
    search: {
      candidates: 9,
      families: [{ family: "logistic-regression" }],
      rounds: 3,
      ...parts,
    },
    ...others,
  });

const begin = (definition: Parameters<typeof firstRound>[0]): SearchProgress => ({
  round: firstRound(definition),
  finalists: [],
  spentMs: 0,
});

/** Results of a progress' round: a higher index is better, unless told otherwise. */
function resultsOf(
  { round }: SearchProgress,
  parts: (index: number) => Partial<RoundResult> = () => ({}),
): readonly RoundResult[] {
  return round.candidates.map(({ index, name, rowShare }) => ({
    index,
    name,
    metrics: { rocAuc: 0.5 + index / 100 },
    durationMs: 1000,
    ...(rowShare === 1 && { graphSha256: `sha-${index}` }),
    ...parts(index),
  }));
}

const indexes = ({ round }: SearchProgress) => round.candidates.map(({ index }) => index);
const shares = ({ round }: SearchProgress) => round.candidates.map(({ rowShare }) => rowShare);

describe("rounds of a search", () => {
  it("give the best third thrice the rows, until all were seen", () => {
    const definition = searching();

    const first = begin(definition);
    const second = nextRound(definition, first, resultsOf(first));
    const third = nextRound(definition, second, resultsOf(second));
    const over = nextRound(definition, third, resultsOf(third));

    expect(indexes(first)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(new Set(shares(first))).toEqual(new Set([1 / 9]));
    expect(indexes(second)).toEqual([6, 7, 8]);
    expect(shares(second)).toEqual([1 / 3, 1 / 3, 1 / 3]);
    expect(indexes(third)).toEqual([8]);
    expect(shares(third)).toEqual([1]);
    expect(over.round).toEqual({ number: 3, candidates: [] });
    expect(over.finalists.map(({ index }) => index)).toEqual([8]);
    expect(over.spentMs).toBe(13_000);
  });

  it("keep the first of equals, and those without the metric last", () => {
    const definition = searching();
    const first = begin(definition);

    const equal = nextRound(
      definition,
      first,
      resultsOf(first, () => ({ metrics: { rocAuc: 0.6 } })),
    );
    const lacking = nextRound(
      definition,
      first,
      resultsOf(first, (index) => ({ metrics: index < 7 ? {} : { rocAuc: 0.6 } })),
    );

    expect(indexes(equal)).toEqual([0, 1, 2]);
    expect(indexes(lacking)).toEqual([0, 7, 8]);
  });

  it("compare by the selection's metric, lower being better of a loss", () => {
    const definition = searching({}, { selection: { metric: "logLoss" } });
    const first = begin(definition);

    const second = nextRound(
      definition,
      first,
      resultsOf(first, (index) => ({ metrics: { logLoss: 1 + index } })),
    );

    expect(indexes(second)).toEqual([0, 1, 2]);
  });

  it("are made smaller by a budget, and the best one always goes on", () => {
    // 9 s are spent; in the next round each candidate is reckoned to take 3 s.
    const kept = (budgetSeconds: number) => {
      const definition = searching({ budgetSeconds });
      const first = begin(definition);
      return indexes(nextRound(definition, first, resultsOf(first)));
    };

    expect(kept(18)).toEqual([6, 7, 8]);
    expect(kept(15)).toEqual([7, 8]);
    expect(kept(1)).toEqual([8]);
  });

  it("are one where nothing is searched: all candidates, all rows", () => {
    const definition = parseDefinition(model);
    const first = begin(definition);

    expect(first.round).toEqual({
      number: 0,
      candidates: [
        { index: 0, name: "boosting", rowShare: 1 },
        { index: 1, name: "logistic", rowShare: 1 },
      ],
    });
    const over = nextRound(
      definition,
      first,
      resultsOf(first, () => ({ durationMs: undefined })),
    );
    expect(over).toMatchObject({ round: { candidates: [] }, spentMs: 0 });
    expect(over.finalists).toHaveLength(2);
  });
});

describe("an ensemble", () => {
  const ensemble = { method: "average", best: 2 };

  it("follows the last round, of the best finalists, and is one itself", () => {
    const definition = parseDefinition({ ...model, ensemble });
    const first = begin(definition);

    const second = nextRound(definition, first, resultsOf(first));
    const over = nextRound(definition, second, resultsOf(second));

    expect(second.round.candidates).toEqual([
      {
        index: 2,
        name: "ensemble",
        rowShare: 1,
        members: [
          { index: 1, graphSha256: "sha-1" },
          { index: 0, graphSha256: "sha-0" },
        ],
      },
    ]);
    expect(over.round.candidates).toEqual([]);
    expect(over.finalists.map(({ name }) => name)).toEqual(["boosting", "logistic", "ensemble"]);
  });

  it("has the search keep as many as it takes, unless the budget does not", () => {
    const roomy = searching({ rounds: 2, candidates: 3 }, { ensemble });
    const poor = searching({ rounds: 2, candidates: 3, budgetSeconds: 1 }, { ensemble });

    const kept = nextRound(roomy, begin(roomy), resultsOf(begin(roomy)));
    const alone = nextRound(poor, begin(poor), resultsOf(begin(poor)));
    const over = nextRound(poor, alone, resultsOf(alone));

    expect(indexes(kept)).toEqual([1, 2]);
    expect(indexes(alone)).toEqual([2]);
    expect(over.round.candidates).toEqual([]);
  });
});
