export interface EarlyStop {
  see(rounds: number, loss: number): void;
  isDue(rounds: number): boolean;
  /** Rounds to keep; `undefined` for all. */
  bestRound(): number | undefined;
}

/** @param patience rounds without a better loss after which to stop; 0 never stops */
export function earlyStop(patience: number): EarlyStop {
  let bestLoss = Number.POSITIVE_INFINITY;
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
