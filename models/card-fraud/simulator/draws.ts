import { seededRandom } from "../../../core/training/random.ts";

/** Draws from the distributions that the simulation is made of; equal seeds draw the same everywhere. */
export interface Draws {
  /** Uniform, 0 <= x < 1. */
  uniform(): number;
  /** Uniform whole number, 0 <= x < below. */
  whole(below: number): number;
  /** True with the probability given. */
  chance(probability: number): boolean;
  /** Standard normal (Box and Muller 1958). */
  normal(): number;
  /** exp of a normal number with this median and this standard deviation of its logarithm. */
  logNormal(median: number, sigma: number): number;
  /** Number of events where `mean` are expected (Knuth's product of uniforms); `mean` below 100. */
  poisson(mean: number): number;
  /** Place of a weight, each as likely as its share. `sums` are the running sums of the weights. */
  weighted(sums: Float64Array): number;
}

export function makeDraws(seed: number): Draws {
  const random = seededRandom(seed);
  const uniform = () => random.nextUint32() / 2 ** 32;
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return {
    uniform,
    whole: (below) => Math.floor(uniform() * below),
    chance: (probability) => uniform() < probability,
    normal,
    logNormal: (median, sigma) => median * Math.exp(sigma * normal()),
    poisson(mean) {
      const end = Math.exp(-mean);
      let count = 0;
      for (let product = uniform(); product > end; product *= uniform()) count++;
      return count;
    },
    weighted(sums) {
      const wanted = uniform() * (sums.at(-1) ?? 0);
      let low = 0;
      let high = sums.length - 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((sums[middle] as number) > wanted) high = middle;
        else low = middle + 1;
      }
      return low;
    },
  };
}

/** Running sums of weights, for `weighted`. */
export function runningSums(weights: readonly number[]): Float64Array {
  let sum = 0;
  return Float64Array.from(weights, (weight) => {
    sum += weight;
    return sum;
  });
}
