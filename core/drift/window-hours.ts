import type { Window } from "./prediction-counts.ts";

const HOUR_MS = 3_600_000;

/** One partition of the prediction log, UTC: `date` YYYY-MM-DD, `hour` 00..23. */
export interface PartitionHour {
  readonly date: string;
  readonly hour: string;
}

/** Every hour, in order, that holds an instant of the window. */
export function windowHours({ from, until }: Window): readonly PartitionHour[] {
  const first = Math.floor(Date.parse(from) / HOUR_MS);
  const end = Math.ceil(Date.parse(until) / HOUR_MS);
  return Array.from({ length: Math.max(0, end - first) }, (_, i) => {
    const hour = new Date((first + i) * HOUR_MS).toISOString();
    return { date: hour.slice(0, 10), hour: hour.slice(11, 13) };
  });
}
