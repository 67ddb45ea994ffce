import type { MonotoneDirection } from "../../definition/parameters/scorecard.ts";
import {
  type ClassMass,
  type EvidenceRule,
  informationOf,
  weightOfEvidence,
} from "./weight-of-evidence.ts";

/** A smaller difference, of weight of evidence or of information, is none: it may come from rounding. */
const LEAST_DIFFERENCE = 1e-12;

export interface BinningRule extends EvidenceRule {
  readonly maxBins: number;
  /** Least weight of a bin, unless there is one bin only. */
  readonly minBinWeight: number;
}

/**
 * The bins, each of neighbouring prebins, with the highest information value of all that have at most
 * `maxBins` bins, at least `minBinWeight` in each, and a weight of evidence that runs one way. With
 * equal information the fewer bins. Where no two bins are allowed there is one.
 *
 * An exact dynamic programme: the best way to end with bin (i, j] as the k-th follows from the best
 * ways to end with an allowed neighbour (h, i] as the one before. O(maxBins * prebins^3).
 *
 * @param prebins in order, at least one
 * @param direction auto: ascending or descending, whichever has more information
 * @returns ascending; the number of prebins up to the end of each bin, the last one all
 */
export function optimalBins(
  prebins: readonly ClassMass[],
  rule: BinningRule,
  direction: MonotoneDirection,
): readonly number[] {
  const pieces = piecesOf(prebins, rule);
  if (direction !== "auto") return bestEnds(pieces, rule.maxBins, STEPS[direction]).ends;
  const rising = bestEnds(pieces, rule.maxBins, STEPS.ascending);
  const falling = bestEnds(pieces, rule.maxBins, STEPS.descending);
  return isMore(falling.information, rising.information) ? falling.ends : rising.ends;
}

/** Whether the weight of evidence may go from one bin to the next. */
type Step = (from: number, to: number) => boolean;

const STEPS: Readonly<Record<Exclude<MonotoneDirection, "auto">, Step>> = {
  ascending: (from, to) => isMore(to, from),
  descending: (from, to) => isMore(from, to),
  none: () => true,
};

function isMore(a: number, b: number): boolean {
  return a > b + LEAST_DIFFERENCE;
}

/** Every bin there can be: that of prebins i..j - 1 stands at i * (size + 1) + j. */
interface Pieces {
  /** Number of prebins. */
  readonly size: number;
  readonly evidence: Float64Array;
  /** Minus infinity for a bin that is too thin. */
  readonly information: Float64Array;
}

function piecesOf(prebins: readonly ClassMass[], rule: BinningRule): Pieces {
  const size = prebins.length;
  const evidence = new Float64Array((size + 1) ** 2);
  const information = new Float64Array((size + 1) ** 2).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < size; i++) {
    let good = 0;
    let bad = 0;
    for (let j = i + 1; j <= size; j++) {
      const prebin = prebins[j - 1] as ClassMass;
      good += prebin.good;
      bad += prebin.bad;
      if (good + bad < rule.minBinWeight) continue;
      const at = i * (size + 1) + j;
      evidence[at] = weightOfEvidence({ good, bad }, rule);
      information[at] = informationOf({ good, bad }, rule);
    }
  }
  return { size, evidence, information };
}

/** Best ways to end with each bin as the k-th. */
interface Stage {
  /** Information of all bins so far, minus infinity where it cannot be; shape of `Pieces`. */
  readonly best: Float64Array;
  /** Where the bin before begins. */
  readonly previous: Int32Array;
}

function bestEnds(pieces: Pieces, maxBins: number, allowed: Step) {
  const { size } = pieces;
  const stages: Stage[] = [firstStage(pieces)];
  while (stages.length < Math.min(maxBins, size)) {
    stages.push(nextStage(pieces, stages.at(-1) as Stage, allowed));
  }

  // Where even all prebins together are too thin this stays so, and they are one bin.
  let information = Number.NEGATIVE_INFINITY;
  let bins = 0;
  let lastBegins = 0;
  stages.forEach(({ best }, k) => {
    for (let i = 0; i < size; i++) {
      const reached = best[i * (size + 1) + size] as number;
      if (!isMore(reached, information)) continue;
      information = reached;
      bins = k + 1;
      lastBegins = i;
    }
  });
  return { information, ends: endsOf(stages.slice(0, bins), size, lastBegins) };
}

function firstStage({ size, information }: Pieces): Stage {
  const best = new Float64Array(information.length).fill(Number.NEGATIVE_INFINITY);
  best.set(information.subarray(0, size + 1));
  return { best, previous: new Int32Array(information.length) };
}

function nextStage({ size, evidence, information }: Pieces, before: Stage, allowed: Step): Stage {
  const best = new Float64Array(information.length).fill(Number.NEGATIVE_INFINITY);
  const previous = new Int32Array(information.length);
  for (let i = 1; i < size; i++) {
    const neighbours = neighboursOf(before.best, size, i);
    for (let j = i + 1; j <= size; j++) {
      const at = i * (size + 1) + j;
      const own = information[at] as number;
      if (own === Number.NEGATIVE_INFINITY) continue;
      for (const h of neighbours) {
        const neighbour = h * (size + 1) + i;
        const reached = (before.best[neighbour] as number) + own;
        if (reached <= (best[at] as number)) continue;
        if (!allowed(evidence[neighbour] as number, evidence[at] as number)) continue;
        best[at] = reached;
        previous[at] = h;
      }
    }
  }
  return { best, previous };
}

/** Begins h of the bins (h, i] that the stage before can end with. */
function neighboursOf(best: Float64Array, size: number, i: number): readonly number[] {
  const begins: number[] = [];
  for (let h = 0; h < i; h++) {
    if (best[h * (size + 1) + i] !== Number.NEGATIVE_INFINITY) begins.push(h);
  }
  return begins;
}

function endsOf(stages: readonly Stage[], size: number, lastBegins: number): readonly number[] {
  const ends = [size];
  let begin = lastBegins;
  for (const { previous } of stages.slice(1).toReversed()) {
    const end = ends[0] as number;
    ends.unshift(begin);
    begin = previous[begin * (size + 1) + end] as number;
  }
  return ends;
}
