import { InvalidInputError } from "../errors.ts";
import { checkPredictions, FINITE, RELEVANCE } from "./check-predictions.ts";
import type { MeasuredRows } from "./measured-rows.ts";
import { lazy, type Measurer } from "./measurer.ts";
import { ndcg, queryAveragePrecision, type RankedQuery, reciprocalRank } from "./query-metrics.ts";
import { rowWeights, weightedMean } from "./row-weights.ts";
import { sortedOrder } from "./sorted-order.ts";

/**
 * Measures a ranking: the mean over queries of each query's value. A query without a relevant row
 * counts 1, as LightGBM has it. What is weighted are queries: each by the mean weight of its rows, as
 * LightGBM.
 *
 * @throws {InvalidInputError} as `checkPredictions`, `rowWeights` and `checkGroups`
 */
export function rankingMeasurer(measured: MeasuredRows): Measurer {
  const { labels } = measured;
  checkPredictions(measured, 1, { label: RELEVANCE, prediction: FINITE });
  const groups = checkGroups(measured);
  const queries = lazy(() => rankQueries(measured, groups));
  const ofQueries = (value: (query: RankedQuery) => number) =>
    lazy(() => Float64Array.from(queries(), value));
  const values = {
    ndcg: ofQueries((query) => ndcg(query, Number.POSITIVE_INFINITY)),
    ndcgAt5: ofQueries((query) => ndcg(query, 5)),
    ndcgAt10: ofQueries((query) => ndcg(query, 10)),
    map: ofQueries(queryAveragePrecision),
    mrr: ofQueries(reciprocalRank),
  };
  return {
    weights: queryWeights(rowWeights(measured.weights, labels.length), groups),
    table: (weights) => ({
      ndcg: () => weightedMean(values.ndcg(), weights),
      ndcgAt5: () => weightedMean(values.ndcgAt5(), weights),
      ndcgAt10: () => weightedMean(values.ndcgAt10(), weights),
      map: () => weightedMean(values.map(), weights),
      mrr: () => weightedMean(values.mrr(), weights),
    }),
  };
}

/**
 * The bounds of a ranking's queries.
 *
 * @throws {InvalidInputError} if there are none, or they do not rise from 0 to the number of rows.
 */
function checkGroups({ labels, groups }: MeasuredRows): Uint32Array {
  if (groups === undefined) {
    throw new InvalidInputError("a ranking is measured by query, but its rows have no groups");
  }
  const rises = groups.every((start, i) => i === 0 || start > (groups[i - 1] as number));
  if (groups[0] !== 0 || groups.at(-1) !== labels.length || !rises) {
    throw new InvalidInputError(
      `groups must rise from 0 to the ${labels.length} rows, got ${groups[0]} to ${groups.at(-1)}`,
    );
  }
  return groups;
}

/** Sorts all rows at once and deals them out to their queries. */
function rankQueries(
  { labels, predictions }: MeasuredRows,
  groups: Uint32Array,
): readonly RankedQuery[] {
  const queryOf = new Uint32Array(labels.length);
  for (let query = 0; query < groups.length - 1; query++) {
    queryOf.fill(query, groups[query], groups[query + 1]);
  }
  const next = groups.slice();
  const relevance = new Float64Array(labels.length);
  const scores = new Float64Array(labels.length);
  for (const row of sortedOrder(predictions).reverse()) {
    const query = queryOf[row] as number;
    const place = next[query] as number;
    relevance[place] = labels[row] as number;
    scores[place] = predictions[row] as number;
    next[query] = place + 1;
  }
  return Array.from({ length: groups.length - 1 }, (_, query) => {
    const [start, end] = [groups[query] as number, groups[query + 1] as number];
    return { relevance: relevance.subarray(start, end), ends: tieEnds(scores, start, end) };
  });
}

/** Where equal scores end, counted from `start`. */
function tieEnds(scores: Float64Array, start: number, end: number): readonly number[] {
  const ends: number[] = [];
  for (let place = start + 1; place <= end; place++) {
    if (place === end || scores[place] !== scores[place - 1]) ends.push(place - start);
  }
  return ends;
}

function queryWeights(weights: Float64Array, groups: Uint32Array): Float64Array {
  return Float64Array.from({ length: groups.length - 1 }, (_, query) => {
    const own = weights.subarray(groups[query], groups[query + 1]);
    return own.reduce((sum, weight) => sum + weight, 0) / own.length;
  });
}
