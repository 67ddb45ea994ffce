export interface EarlyStop {
  see(rounds: number, loss: number): void;
  isDue(rounds: number): boolean;
  /** Rounds to keep; `undefined` for all. */
  bestRound(): number | undefined;
}

/**
 * @param patience rounds without a better loss after which to stop; 0 never stops
 * @param lossBefore what the first round has to beat
 */
export function earlyStop(patience: number, lossBefore = Number.POSITIVE_INFINITY): EarlyStop {
  let bestLoss = lossBefore;
  let best = 0;
  return {
    see(rounds, loss) {
      if (loss >= bestLoss || rounds === 0) return;
      bestLoss = loss;
      best = rounds;
    },
    isDue: (rounds) => patience > 0 && rounds - best >= patience,
    bestRound: () => (patience > 0 ? best : undefined),
  };
}
