import { InvalidInputError } from "../../../errors.ts";
import type { Objective, ObjectiveRows } from "./objective.ts";

/** Keeps changes of NDCG between rows of nearly equal scores finite; LightGBM's 0.01. */
const LEAST_DISTANCE = 0.01;

/**
 * LambdaMART (Burges 2010) as in LightGBM: each pair of rows of a query pulls by how much NDCG would
 * change if they changed places, where one of them is among the first `truncation`. The loss of the curve
 * is 1 - NDCG at `truncation`; queries without a relevant row have none.
 *
 * A query's weight is that of its first row in the loss; in the slopes each row has its own.
 */
export function lambdaRank(truncation: number): Objective {
  return {
    name: "lambdaRank",
    targets: 1,
    link: "identity",
    baseScores: () => Float64Array.of(0),
    loss(rows, [scores]) {
      let sum = 0;
      let mass = 0;
      eachQuery(rows, (begin, end) => {
        const labels = rows.labels.subarray(begin, end);
        const best = dcg(labels, labels, truncation);
        if (best === 0) return;
        const weight = rows.weights ? (rows.weights[begin] as number) : 1;
        const own = (scores as Float64Array).subarray(begin, end);
        sum += weight * (1 - dcg(labels, own, truncation) / best);
        mass += weight;
      });
      return sum / mass;
    },
    slopesAt:
      (rows, [scores]) =>
      (_target, gradients, hessians) => {
        gradients.fill(0);
        hessians.fill(0);
        eachQuery(rows, (begin, end) => {
          const part = (of: Float64Array) => of.subarray(begin, end);
          const into = { gradients: part(gradients), hessians: part(hessians) };
          pull(part(scores as Float64Array), rows.labels.subarray(begin, end), truncation, into);
        });
        rows.weights?.forEach((weight, row) => {
          gradients[row] = (gradients[row] as number) * weight;
          hessians[row] = (hessians[row] as number) * weight;
        });
      },
  };
}

interface Slopes {
  readonly gradients: Float64Array;
  readonly hessians: Float64Array;
}

/** Adds the pulls of a query's pairs. O(truncation * rows) */
function pull(
  scores: Float64Array,
  labels: ArrayLike<number> & Iterable<number>,
  truncation: number,
  into: Slopes,
): void {
  const best = dcg(labels, labels, truncation);
  if (best === 0) return;
  const order = descending(scores);
  const at = (place: number) => scores[order[place] as number] as number;
  const isSpread = at(0) !== at(order.length - 1);
  let whole = 0;
  for (let i = 0; i < Math.min(truncation, order.length - 1); i++) {
    for (let j = i + 1; j < order.length; j++) {
      whole += pullPair(i, j, order, scores, labels, best, isSpread, into);
    }
  }
  if (whole > 0) scale(into, Math.log2(1 + whole) / whole);
}

/** Adds one pair's pull, rows at places i < j of the order; gives the sum of both sizes. */
function pullPair(
  i: number,
  j: number,
  order: Uint32Array,
  scores: Float64Array,
  labels: ArrayLike<number>,
  best: number,
  isSpread: boolean,
  { gradients, hessians }: Slopes,
): number {
  const first = order[i] as number;
  const second = order[j] as number;
  if (labels[first] === labels[second]) return 0;
  const firstIsHigh = (labels[first] as number) > (labels[second] as number);
  const high = firstIsHigh ? first : second;
  const low = firstIsHigh ? second : first;
  const distance = (scores[high] as number) - (scores[low] as number);
  const gap = gain(labels[high] as number) - gain(labels[low] as number);
  let change = (gap * (discount(i) - discount(j))) / best;
  if (isSpread) change /= LEAST_DISTANCE + Math.abs(distance);
  const wrong = 1 / (1 + Math.exp(distance));
  const gradient = wrong * change;
  const hessian = wrong * (1 - wrong) * change;
  gradients[high] = (gradients[high] as number) - gradient;
  gradients[low] = (gradients[low] as number) + gradient;
  hessians[high] = (hessians[high] as number) + hessian;
  hessians[low] = (hessians[low] as number) + hessian;
  return 2 * gradient;
}

function scale({ gradients, hessians }: Slopes, factor: number): void {
  for (let row = 0; row < gradients.length; row++) {
    gradients[row] = (gradients[row] as number) * factor;
    hessians[row] = (hessians[row] as number) * factor;
  }
}

/** Discounted cumulative gain of the first `truncation` rows by descending scores. */
function dcg(labels: ArrayLike<number>, scores: ArrayLike<number>, truncation: number): number {
  const order = descending(scores);
  let sum = 0;
  for (let place = 0; place < Math.min(truncation, order.length); place++) {
    sum += gain(labels[order[place] as number] as number) * discount(place);
  }
  return sum;
}

/** Rows that are quicker put in order one by one than by a call of `sort`. */
const FEW_ROWS = 64;

/** Places of scores, the highest first, of equal ones the first first. */
function descending(scores: ArrayLike<number>): Uint32Array {
  const order = new Uint32Array(scores.length);
  for (let row = 0; row < order.length; row++) order[row] = row;
  if (order.length > FEW_ROWS) {
    return order.sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
  }
  for (let row = 1; row < order.length; row++) {
    const score = scores[row] as number;
    let place = row;
    while (place > 0 && (scores[order[place - 1] as number] as number) < score) {
      order[place] = order[place - 1] as number;
      place -= 1;
    }
    order[place] = row;
  }
  return order;
}

const gain = (relevance: number) => 2 ** relevance - 1;

/** Of the places that most queries have: a logarithm for each pair is what took most of the time. */
const DISCOUNTS = Float64Array.from({ length: 1_024 }, (_, place) => 1 / Math.log2(place + 2));

const discount = (place: number) => DISCOUNTS[place] ?? 1 / Math.log2(place + 2);

/** @throws {InvalidInputError} if there are rows, and they are in no queries */
function eachQuery({ rows, groups }: ObjectiveRows, see: (begin: number, end: number) => void) {
  if (rows === 0) return;
  if (!groups) {
    throw new InvalidInputError(
      `a ranking needs the query of each row, and ${rows} rows have none`,
    );
  }
  for (let query = 0; query + 1 < groups.length; query++) {
    see(groups[query] as number, groups[query + 1] as number);
  }
}
