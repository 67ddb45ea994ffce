/** One query's rows by falling score. */
export interface RankedQuery {
  /** Relevance of each row, the highest score first; shape [n]. */
  readonly relevance: Float64Array;
  /** Where rows with equal score end, exclusive; the last is n. */
  readonly ends: readonly number[];
}

/**
 * Normalised discounted cumulative gain of the first k rows: DCG / DCG of the best order, with
 * DCG = sum over places of (2^relevance - 1) / log2(place + 1), places from 1 (Burges et al. 2005;
 * LightGBM's and XGBoost's default gain). Rows with equal score share the mean of their gains, as
 * scikit-learn's `ndcg_score` (McSherry & Najork 2008).
 *
 * @param k places that count; infinite: all
 * @returns 0..1; 1 for a query without a relevant row, as LightGBM
 */
export function ndcg({ relevance, ends }: RankedQuery, k: number): number {
  const ideal = relevance.toSorted().reverse();
  if (ideal[0] === 0) return 1;
  let best = 0;
  for (let place = 0; place < Math.min(k, ideal.length); place++) {
    best += gain(ideal[place] as number) * discount(place);
  }
  let found = 0;
  let start = 0;
  for (const end of ends) {
    if (start >= k) break;
    let gains = 0;
    let discounts = 0;
    for (let place = start; place < end; place++) {
      gains += gain(relevance[place] as number);
      if (place < k) discounts += discount(place);
    }
    found += (gains / (end - start)) * discounts;
    start = end;
  }
  return found / best;
}

/**
 * Average precision: the mean over relevant rows (relevance above 0) of the share of relevant rows
 * among those down to it. Rows with equal score are reached together, as scikit-learn's
 * `average_precision_score`.
 *
 * @returns above 0, at most 1; 1 for a query without a relevant row, as LightGBM
 */
export function queryAveragePrecision({ relevance, ends }: RankedQuery): number {
  let found = 0;
  let sum = 0;
  let start = 0;
  for (const end of ends) {
    const before = found;
    for (let place = start; place < end; place++) found += isRelevant(relevance[place]);
    sum += ((found - before) * found) / end;
    start = end;
  }
  return found === 0 ? 1 : sum / found;
}

/**
 * 1 / place of the first relevant row. Rows with equal score all stand at their last place, as in
 * scikit-learn's ranking metrics: a constant score finds nothing.
 *
 * @returns above 0, at most 1; 1 for a query without a relevant row
 */
export function reciprocalRank({ relevance, ends }: RankedQuery): number {
  const first = relevance.findIndex((value) => value > 0);
  if (first < 0) return 1;
  return 1 / (ends.find((end) => end > first) as number);
}

function isRelevant(relevance: number | undefined): number {
  return relevance === 0 ? 0 : 1;
}

function gain(relevance: number): number {
  return 2 ** relevance - 1;
}

function discount(place: number): number {
  return 1 / Math.log2(place + 2);
}
