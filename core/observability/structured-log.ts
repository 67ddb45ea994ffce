import type { Clock } from "../ports/clock.ts";

/**
 * Lines of a log, each with the time and what all lines of one function have in common. A line's own
 * members come after them and win.
 */
export function structuredLog(
  write: (line: object) => void,
  clock: Clock,
  common: Readonly<Record<string, string>>,
): (line: object) => void {
  return (line) => write({ time: new Date(clock()).toISOString(), ...common, ...line });
}
