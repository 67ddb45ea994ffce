/** Milliseconds since 1970-01-01T00:00:00Z. Passed in, so that time can be replayed. */
export type Clock = () => number;
