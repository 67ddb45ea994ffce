import { cronValues } from "./eventbridge-cron.ts";

const DAY_MS = 86_400_000;
/** Four years have one leap day, as the calendar has on average until 2100. */
const FROM = Date.UTC(2025, 0, 1);
const DAYS = 4 * 365 + 1;
const MONTHS = 48;

/**
 * How often a schedule starts something in a month, on average over four years.
 *
 * @param cron five fields, UTC, as a definition has them
 * @throws {InvalidInputError} if it is no schedule that can be deployed
 */
export function runsPerMonth(cron: string): number {
  const { minute, hour, day, month, weekday } = cronValues(cron);
  const timesADay = (minute?.length ?? 60) * (hour?.length ?? 24);
  let days = 0;
  for (let i = 0; i < DAYS; i++) {
    const date = new Date(FROM + i * DAY_MS);
    if (day && !day.includes(date.getUTCDate())) continue;
    if (month && !month.includes(date.getUTCMonth() + 1)) continue;
    if (weekday && !weekday.includes(date.getUTCDay())) continue;
    days += 1;
  }
  return (timesADay * days) / MONTHS;
}
