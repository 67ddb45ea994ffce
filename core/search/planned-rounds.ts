import { firstRound, nextRound, type Searched } from "./plan-round.ts";

/**
 * How many candidates each round of a definition trains, where the budget cuts none.
 *
 * @returns one number a round, the ensemble's among them
 */
export function plannedRounds(definition: Searched): readonly number[] {
  const counts: number[] = [];
  let round = firstRound(definition);
  while (round.candidates.length > 0) {
    counts.push(round.candidates.length);
    const results = round.candidates.map(({ index, name, rowShare }) => ({
      ...{ index, name, metrics: {} },
      ...(rowShare === 1 && { graphSha256: "" }),
    }));
    ({ round } = nextRound(definition, { round, finalists: [], spentMs: 0 }, results));
  }
  return counts;
}
