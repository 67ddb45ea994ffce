/** Place of the first event at or after a time, found by halving. @param events by rising time */
export function firstNotBefore(
  events: readonly { readonly timeMs: number }[],
  timeMs: number,
): number {
  let from = 0;
  let to = events.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((events[middle]?.timeMs as number) < timeMs) from = middle + 1;
    else to = middle;
  }
  return from;
}
