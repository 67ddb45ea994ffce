import { TooManyRequestsError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";

export interface RateLimit {
  /**
   * Takes one request of `key` out of its bucket, which holds what a second gives, at least one.
   *
   * @param perSecond > 0
   * @throws {TooManyRequestsError} if the bucket is empty; says when there is one again
   */
  take(key: string, perSecond: number): void;
}

interface Bucket {
  readonly tokens: number;
  readonly filledAt: number;
}

/**
 * Token buckets, one a key; of one instance, which knows nothing of the others. A key that is forgotten
 * begins with a full bucket again.
 *
 * @param mostKeys the least recently used is forgotten. @default 10,000
 */
export function rateLimit(clock: Clock, mostKeys = 10_000): RateLimit {
  const buckets = new Map<string, Bucket>();
  return {
    take(key, perSecond) {
      const now = clock();
      const most = Math.max(1, perSecond);
      const before = buckets.get(key) ?? { tokens: most, filledAt: now };
      // a clock that was put back gives nothing
      const passed = Math.max(0, now - before.filledAt);
      const tokens = Math.min(most, before.tokens + (passed * perSecond) / 1000);
      const isTaken = tokens >= 1;
      buckets.delete(key);
      buckets.set(key, { tokens: isTaken ? tokens - 1 : tokens, filledAt: now });
      if (buckets.size > mostKeys) buckets.delete(buckets.keys().next().value as string);
      if (isTaken) return;
      throw new TooManyRequestsError(`more than ${perSecond} requests a second; send fewer`, {
        retryAfterSeconds: Math.ceil((1 - tokens) / perSecond),
      });
    },
  };
}
