import type { CurveRows } from "./platt.ts";

/**
 * Probabilities at some log-odds, straight lines between, the first and last value beyond the ends.
 * Both rise: `at` strictly, `values` where they do not stay equal. Same length, 1 to 1,000.
 */
export interface IsotonicCurve {
  readonly at: readonly number[];
  readonly values: readonly number[];
}

/** Blocks of equal probability that a curve keeps; each has two breakpoints at most. */
const MOST_BLOCKS = 500;

/** Neighbouring scores that share one probability. */
interface Block {
  readonly first: number;
  readonly last: number;
  readonly weight: number;
  /** Sum of the weights of rows of class 1. */
  readonly positive: number;
}

/**
 * Isotonic regression: the rising step function with the least weighted squared error, by pooling
 * adjacent violators (Ayer et al. 1955), and straight lines between its steps as scikit-learn's
 * `IsotonicRegression(out_of_bounds="clip")`. Scores inside a step are tied by it.
 *
 * Of more than 500 steps neighbours are merged until each holds a 499th of the weight.
 *
 * @returns at most 1,000 breakpoints
 */
export function fitIsotonic(rows: CurveRows): IsotonicCurve {
  const blocks = merged(poolViolators(distinctScores(rows)));
  const at: number[] = [];
  const values: number[] = [];
  for (const { first, last, positive, weight } of blocks) {
    const value = positive / weight;
    at.push(first);
    values.push(value);
    if (last > first) {
      at.push(last);
      values.push(value);
    }
  }
  return { at, values };
}

/** The curve at a log-odds. */
export function interpolate({ at, values }: IsotonicCurve, logOdds: number): number {
  const end = at.length - 1;
  const inside = Math.min(Math.max(logOdds, at[0] as number), at[end] as number);
  if (end === 0) return values[0] as number;
  let low = 0;
  let high = end - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (inside <= (at[middle + 1] as number)) high = middle;
    else low = middle + 1;
  }
  const begin = at[low] as number;
  const share = (inside - begin) / ((at[low + 1] as number) - begin);
  const from = values[low] as number;
  const to = values[low + 1] as number;
  return Math.min(from + (to - from) * share, to);
}

/** One block a distinct score, rising. */
function distinctScores({ scores, labels, weights }: CurveRows): readonly Block[] {
  const order = Uint32Array.from(scores.keys()).sort(
    (a, b) => (scores[a] as number) - (scores[b] as number) || a - b,
  );
  const blocks: Block[] = [];
  for (const row of order) {
    const score = scores[row] as number;
    const weight = weights[row] as number;
    const own = { first: score, last: score, weight, positive: weight * (labels[row] as number) };
    const before = blocks.at(-1);
    if (before?.last === score) blocks[blocks.length - 1] = join(before, own);
    else blocks.push(own);
  }
  return blocks;
}

/** Joins neighbours until shares of class 1 rise strictly. */
function poolViolators(blocks: readonly Block[]): readonly Block[] {
  const pooled: Block[] = [];
  for (const block of blocks) {
    let last = block;
    for (let before = pooled.at(-1); before && !isBelow(before, last); before = pooled.at(-1)) {
      last = join(before, last);
      pooled.pop();
    }
    pooled.push(last);
  }
  return pooled;
}

function merged(blocks: readonly Block[]): readonly Block[] {
  if (blocks.length <= MOST_BLOCKS) return blocks;
  const total = blocks.reduce((sum, { weight }) => sum + weight, 0);
  const kept: Block[] = [];
  for (const block of blocks) {
    const open = kept.at(-1);
    if (open && open.weight * (MOST_BLOCKS - 1) < total) kept[kept.length - 1] = join(open, block);
    else kept.push(block);
  }
  return kept;
}

function isBelow(a: Block, b: Block): boolean {
  return a.positive / a.weight < b.positive / b.weight;
}

function join(a: Block, b: Block): Block {
  return {
    first: a.first,
    last: b.last,
    weight: a.weight + b.weight,
    positive: a.positive + b.positive,
  };
}
