/** RFC 3339 section 5.6: date-time with seconds and an offset. */
const DATE_TIME =
  /^\d{4}-(\d\d)-(\d\d)[Tt ](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/**
 * Milliseconds since 1970-01-01T00:00:00Z of an RFC 3339 date-time; digits below the millisecond are
 * dropped. Text without an offset is no instant, and leap seconds are not taken.
 *
 * @returns `undefined` if the text is none, or names a day that no calendar has.
 */
export function parseRfc3339(text: string): number | undefined {
  const match = DATE_TIME.exec(text);
  if (!match) return undefined;
  const day = Number(match[2]);
  if (day > 28 && day > daysInMonth(Number(text.slice(0, 4)), Number(match[1]))) return undefined;
  const ms = Date.parse(text.replace(" ", "T").toUpperCase());
  return Number.isNaN(ms) ? undefined : ms;
}

/** @param month 1 to 12; others have 0 days */
function daysInMonth(year: number, month: number): number {
  if (month !== 2) return [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}
