/** Longest text of the caller's that a message repeats. */
const SHOWN_LENGTH = 60;

/** A value's kind and, where it is short, the value itself: for messages about wrong input. */
export function shownValue(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object") return "an object";
  if (typeof value === "function") return "a function";
  if (typeof value === "string") return `the string ${JSON.stringify(shortened(value))}`;
  return `the ${typeof value} ${String(value)}`;
}

/** Text that is repeated to the caller, cut to a bounded length. */
export const shortened = (text: string): string =>
  text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
