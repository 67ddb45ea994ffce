/** Parts of an instant, in UTC: what row features make of a timestamp field. */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** @param ms milliseconds since 1970-01-01T00:00:00Z @returns 0..23 */
export function utcHour(ms: number): number {
  return modulo(Math.floor(ms / HOUR_MS), 24);
}

/** @param ms milliseconds since 1970-01-01T00:00:00Z @returns 0 (Sunday) to 6 (Saturday) */
export function utcWeekday(ms: number): number {
  // the first of January 1970 was a Thursday
  return modulo(Math.floor(ms / DAY_MS) + 4, 7);
}

/** The remainder that is not below 0: instants before 1970 are negative. */
function modulo(value: number, by: number): number {
  const rest = value % by;
  // adding 0 takes the sign from -0
  return rest < 0 ? rest + by : rest + 0;
}
