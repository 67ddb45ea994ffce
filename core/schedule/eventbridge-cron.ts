import { InvalidInputError } from "../errors.ts";

interface CronField {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Three-letter names; the first stands for `min`. */
  readonly names?: readonly string[];
}

const MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ");
const WEEKDAYS = "SUN MON TUE WED THU FRI SAT".split(" ");

const FIELDS: readonly CronField[] = [
  { name: "minute", min: 0, max: 59 },
  { name: "hour", min: 0, max: 23 },
  { name: "day of month", min: 1, max: 31 },
  { name: "month", min: 1, max: 12, names: MONTHS },
  // 0 and 7 are both Sunday.
  { name: "weekday", min: 0, max: 7, names: WEEKDAYS },
];

/**
 * A five-field cron expression as EventBridge Scheduler writes it: six fields with a year, one of the
 * two day fields `?`, and weekdays counted from 1 (Sunday) where cron counts from 0.
 *
 * Source: "Schedule types on EventBridge Scheduler", Amazon EventBridge Scheduler user guide.
 *
 * @param cron minute, hour, day of month, month, weekday: numbers, three-letter names of months and
 *   weekdays, `*`, lists, ranges and steps
 * @returns such as `cron(0 4 1 * ? *)`, for the time zone UTC
 * @throws {InvalidInputError} on anything else, and where day of month and weekday are both
 *   restricted: cron then means "either", which one schedule cannot say.
 */
export function eventbridgeCron(cron: string): string {
  const { minute, hour, day, month, weekday } = cronValues(cron);
  const dayFields = weekday
    ? `? ${listed(month)} ${listed(weekday.map((value) => value + 1))}`
    : `${listed(day)} ${listed(month)} ?`;
  return `cron(${listed(minute)} ${listed(hour)} ${dayFields} *)`;
}

/** What each field of a cron expression allows, ascending; `undefined` where it allows all. */
export interface CronValues {
  readonly minute: readonly number[] | undefined;
  readonly hour: readonly number[] | undefined;
  readonly day: readonly number[] | undefined;
  readonly month: readonly number[] | undefined;
  /** 0 is Sunday. */
  readonly weekday: readonly number[] | undefined;
}

/** @throws {InvalidInputError} as `eventbridgeCron` */
export function cronValues(cron: string): CronValues {
  const parts = cron.trim().split(/\s+/);
  if (parts.length !== FIELDS.length) {
    throw new InvalidInputError(
      `cron must have five fields (minute hour day month weekday), got "${cron}"`,
    );
  }
  const [minute, hour, day, month, weekdays] = FIELDS.map((field, i) =>
    valuesOf(parts[i] as string, field, cron),
  );
  const distinct = weekdays && [...new Set(weekdays.map((value) => value % 7))].sort();
  const weekday = distinct?.length === 7 ? undefined : distinct;
  if (day && weekday) {
    throw new InvalidInputError(
      `cron "${cron}" restricts day of month and weekday, which means either of them; use two schedules`,
    );
  }
  return { minute, hour, day, month, weekday };
}

/** The values a field allows, ascending; `undefined` where it allows all. */
function valuesOf(text: string, field: CronField, cron: string): readonly number[] | undefined {
  const values = new Set(text.split(",").flatMap((part) => valuesOfPart(part, field, cron)));
  const all = values.size === field.max - field.min + 1;
  return all ? undefined : [...values].sort((a, b) => a - b);
}

function valuesOfPart(part: string, field: CronField, cron: string): readonly number[] {
  const match = /^(?:(\*)|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(part);
  const step = Number(match?.[4] ?? 1);
  if (!match || step < 1) throw wrongPart(part, field, cron);

  const [, star, low = "", high] = match;
  const first = star ? field.min : numberOf(low, field);
  // "5/15" runs to the end of the field, as in most crons; "5" alone does not.
  const open = match[4] !== undefined && high === undefined;
  const last = star || open ? field.max : high === undefined ? first : numberOf(high, field);
  if (!(first >= field.min && last <= field.max && first <= last)) {
    throw wrongPart(part, field, cron);
  }

  const values: number[] = [];
  for (let value = first; value <= last; value += step) values.push(value);
  return values;
}

/** NaN for a text that is neither a number nor a name of the field. */
function numberOf(text: string, { names, min }: CronField): number {
  const index = names?.indexOf(text.toUpperCase()) ?? -1;
  if (index >= 0) return index + min;
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

function wrongPart(part: string, { name, min, max, names }: CronField, cron: string) {
  const orNames = names ? ` or ${names.join(" ")}` : "";
  return new InvalidInputError(
    `"${part}" in cron "${cron}" is no ${name}; use ${min} to ${max}${orNames}, *, lists, ranges and steps`,
  );
}

/** Runs of three or more as ranges: EventBridge takes at most 256 characters. */
function listed(values: readonly number[] | undefined): string {
  if (!values) return "*";
  const parts: string[] = [];
  for (let i = 0; i < values.length; ) {
    const first = values[i] as number;
    let length = 1;
    while (values[i + length] === first + length) length += 1;
    if (length < 3) length = 1;
    parts.push(length === 1 ? `${first}` : `${first}-${first + length - 1}`);
    i += length;
  }
  return parts.join(",");
}
