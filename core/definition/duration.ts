import { z } from "zod";

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const PATTERN = /^(\d{1,9})(ms|s|m|h|d)$/;

/** A span of time as text: a whole number and `ms`, `s`, `m`, `h` or `d`, such as "90m". */
export const durationSchema = z.string().regex(PATTERN, {
  message: 'must be a whole number, 0 or more, with ms, s, m, h or d, such as "3h"',
  abort: true,
});

/** @param text as `durationSchema` takes it @returns milliseconds */
export function durationMs(text: string): number {
  const [, count, unit] = PATTERN.exec(text) ?? [];
  if (unit === undefined) throw new Error(`${text} is no duration`);
  return Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
}
