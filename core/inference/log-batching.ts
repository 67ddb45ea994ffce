/**
 * How logged predictions are gathered into one invocation of `log-predictions`, and so into one file a
 * model: few large ones instead of many small. A record is about 1 kB and an invocation takes 6 MB.
 */
export const LOG_BATCHING = {
  /** Messages of an invocation, at most. */
  messages: 5_000,
  /** How long an invocation waits for more. */
  windowSeconds: 60,
} as const;
