/**
 * How events are gathered into one invocation of `ingest-events`: long enough that an entity's state is
 * written once for many of its events, short enough that a feature is seconds behind.
 */
export const EVENT_BATCHING = {
  /** Messages of an invocation, at most; each has up to 200 kB, an invocation takes 6 MB. */
  messages: 1_000,
  /** How long an invocation waits for more. */
  windowSeconds: 2,
} as const;
