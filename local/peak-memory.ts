/** One call of a function in a process of its own. */
export interface FunctionCall {
  readonly startedAt: number;
  readonly endedAt: number;
  /** Most memory that its process held. */
  readonly peakMemoryBytes: number;
}

/**
 * An upper bound of the memory that calls held together: the largest sum of the peaks of calls that
 * were under way at one time.
 */
export function peakTogetherBytes(calls: readonly FunctionCall[]): number {
  const sums = calls.map(({ startedAt }) =>
    calls
      .filter((other) => other.startedAt <= startedAt && other.endedAt > startedAt)
      .reduce((sum, other) => sum + other.peakMemoryBytes, 0),
  );
  return Math.max(0, ...sums);
}
