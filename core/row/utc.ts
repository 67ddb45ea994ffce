/** Parts of an instant, in UTC: what row features make of a timestamp field. */

/** @param ms milliseconds since 1970-01-01T00:00:00Z @returns 0..23 */
export function utcHour(ms: number): number {
  return new Date(ms).getUTCHours();
}

/** @param ms milliseconds since 1970-01-01T00:00:00Z @returns 0 (Sunday) to 6 (Saturday) */
export function utcWeekday(ms: number): number {
  return new Date(ms).getUTCDay();
}
