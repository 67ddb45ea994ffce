/** Parts of an instant, in UTC: what row features make of a timestamp field. */

/** @param ms milliseconds since 1970-01-01T00:00:00Z @returns hours since midnight, 0 <= h < 24, with minutes as fraction */
export function utcHourOfDay(ms: number): number {
  const date = new Date(ms);
  return date.getUTCHours() + date.getUTCMinutes() / 60;
}

/** @param ms milliseconds since 1970-01-01T00:00:00Z @returns 0 (Sunday) to 6 (Saturday) */
export function utcWeekday(ms: number): number {
  return new Date(ms).getUTCDay();
}
