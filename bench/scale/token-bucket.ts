/** An allowance that fills continuously up to its size. */
export interface TokenBucket {
  /** Takes so many tokens, or none and answers false. */
  take(at: number, tokens?: number): boolean;
  /** Changes what flows in from now on, per second, and what it holds; what it holds more is full. */
  resize(at: number, perSecond: number, size: number): void;
}

/** Full at instant 0. */
export function tokenBucket(perSecond: number, size: number): TokenBucket {
  let [rate, most, level, since] = [perSecond, size, size, 0];
  const fill = (at: number) => {
    level = Math.min(most, level + (at - since) * rate);
    since = at;
  };
  return {
    take: (at, tokens = 1) => {
      fill(at);
      // Sums of what flowed in are off by rounding.
      if (level < tokens - 1e-9) return false;
      level -= tokens;
      return true;
    },
    resize: (at, newRate, newSize) => {
      fill(at);
      level = Math.min(newSize, level + Math.max(0, newSize - most));
      [rate, most] = [newRate, newSize];
    },
  };
}
