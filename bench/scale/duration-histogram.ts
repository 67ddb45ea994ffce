/** Quantiles of many durations, to 1%. */
export interface DurationHistogram {
  add(seconds: number): void;
  /** In ms; 0 of nothing. */
  quantileMs(share: number): number;
}

const LEAST_S = 1e-5;
const GROWTH = Math.log(1.01);
const BINS = 2_000;

/** Bins that grow by 1%, from 10 microseconds on. */
export function durationHistogram(): DurationHistogram {
  const counts = new Float64Array(BINS);
  let all = 0;
  return {
    add: (seconds) => {
      const bin = Math.floor(Math.log(Math.max(seconds, LEAST_S) / LEAST_S) / GROWTH);
      const place = Math.min(bin, BINS - 1);
      counts[place] = (counts[place] as number) + 1;
      all += 1;
    },
    quantileMs: (share) => {
      if (all === 0) return 0;
      let [bin, below] = [0, counts[0] as number];
      while (below < share * all && bin < BINS - 1) below += counts[++bin] as number;
      return LEAST_S * Math.exp((bin + 0.5) * GROWTH) * 1_000;
    },
  };
}
