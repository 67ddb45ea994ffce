import type { NumberProfile } from "../dataset/baseline.ts";
import { InvalidInputError } from "../errors.ts";

/**
 * How a version's scores were spread: counts over at most `bins` bins whose edges are quantiles.
 * Many equal scores make fewer bins, never an empty one.
 *
 * @param scores each in 0..1, shape [n], n >= 1
 * @throws {InvalidInputError} without scores
 */
export function scoreProfile(scores: Float32Array, bins = 20): NumberProfile {
  if (scores.length === 0) throw new InvalidInputError("a profile needs at least one score");
  const sorted = scores.slice().sort();
  const edges = quantileEdges(sorted, bins);
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const squares = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0);
  return {
    kind: "number",
    rows: scores.length,
    missing: 0,
    min: sorted[0] as number,
    max: sorted.at(-1) as number,
    mean,
    standardDeviation: Math.sqrt(squares / scores.length),
    edges,
    counts: countsBetween(sorted, edges),
  };
}

/** Inner edges: distinct quantiles below the largest value, which would leave the last bin empty. */
function quantileEdges(sorted: Float32Array, bins: number): readonly number[] {
  const largest = sorted.at(-1) as number;
  const edges = new Set<number>();
  for (let i = 1; i < bins; i++) {
    const edge = sorted[Math.ceil((i * sorted.length) / bins) - 1] as number;
    if (edge < largest) edges.add(edge);
  }
  return [...edges];
}

/** Rows up to and with each edge, less those of the edge before. */
function countsBetween(sorted: Float32Array, edges: readonly number[]): readonly number[] {
  const upTo = edges.map((edge) => firstAbove(sorted, edge));
  return [...upTo, sorted.length].map((count, i) => count - (upTo[i - 1] ?? 0));
}

/** Position of the first value above the limit, by halving. */
function firstAbove(sorted: Float32Array, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}
