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
  return parsePlain(text) ?? parseAny(text);
}

/** Where `2001-06-03T17:10:00Z` has its digits, and what stands between them. */
const PLAIN = "dddd-dd-ddTdd:dd:ddZ";

/** The form that nearly everybody sends, ten times as quick. @returns `undefined` for any other */
function parsePlain(text: string): number | undefined {
  if (text.length !== PLAIN.length) return undefined;
  for (let i = 0; i < PLAIN.length; i++) {
    const code = text.charCodeAt(i);
    const isRight =
      PLAIN.charCodeAt(i) === DIGIT ? code >= ZERO && code <= NINE : code === PLAIN.charCodeAt(i);
    if (!isRight) return undefined;
  }
  const year = 100 * twoDigits(text, 0) + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  // JavaScript takes the years before 100 for those of the twentieth century
  const isPlain = year >= 100 && hour < 24 && minute < 60 && second < 60;
  if (!isPlain || day < 1 || day > daysInMonth(year, month)) return undefined;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

const [DIGIT, ZERO, NINE] = ["d".charCodeAt(0), "0".charCodeAt(0), "9".charCodeAt(0)] as const;

const twoDigits = (text: string, at: number): number =>
  10 * (text.charCodeAt(at) - ZERO) + text.charCodeAt(at + 1) - ZERO;

function parseAny(text: string): number | undefined {
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
