import { impure } from "./impure.ts";

/** Members of a date that read or write it in the machine's time zone, and what does the same in UTC. */
const LOCAL_PARTS = ["FullYear", "Month", "Date", "Day", "Hours", "Minutes", "Seconds"];
const LOCAL_TEXTS = ["toString", "toDateString", "toTimeString"];

/** A day, or an instant with an offset: texts that mean the same everywhere. */
const ABSOLUTE = /^[+-]?\d{4,6}(-\d\d){0,2}$|^[+-]?\d{4,6}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:?\d\d)$/;

/**
 * The `Date` of a context without its clock and its time zone: made from milliseconds, from another
 * date, or from text that means the same everywhere, and read in UTC. The prototype is the context's
 * own, so that dates stay dates.
 */
export function pureDate(own: DateConstructor): DateConstructor {
  const slowly = (target: unknown, given: readonly unknown[]): Date => {
    if (target === undefined || given.length === 0) {
      throw impure("the clock (Date without arguments)", "take the time from a field of the row");
    }
    if (given.length > 1) {
      throw impure(
        "Date with parts of a date",
        "they are read in the machine's time zone; use Date.UTC",
      );
    }
    const [value] = given;
    return new own(typeof value === "string" ? checkedText(value) : (value as number));
  };
  function PureDate(this: unknown, ...given: unknown[]): Date {
    const [value] = given;
    // By far the most frequent: nothing else may cost it time.
    return new.target !== undefined && given.length === 1 && typeof value === "number"
      ? new own(value)
      : slowly(new.target, given);
  }
  const pure = PureDate as unknown as DateConstructor;
  Object.defineProperty(pure, "name", { value: "Date" });
  Object.defineProperty(pure, "prototype", { value: own.prototype });
  pure.UTC = own.UTC;
  pure.parse = (text) => own.parse(checkedText(String(text)));
  pure.now = () => {
    throw impure("Date.now", "take the time from a field of the row");
  };
  refuseLocal(own.prototype);
  own.prototype.constructor = pure;
  return pure;
}

function checkedText(text: string): string {
  if (ABSOLUTE.test(text)) return text;
  throw impure(
    `Date with ${JSON.stringify(text.slice(0, 60))}`,
    "it is read in the machine's time zone; write a date, or a time with its offset",
  );
}

function refuseLocal(prototype: Date): void {
  const members = prototype as unknown as Record<string, unknown>;
  const refuse = (name: string, instead: string) => {
    members[name] = () => {
      throw impure(name, `it depends on the machine's time zone; use ${instead}`);
    };
  };
  for (const part of LOCAL_PARTS) {
    refuse(`get${part}`, `getUTC${part}`);
    if (part !== "Day") refuse(`set${part}`, `setUTC${part}`);
  }
  for (const name of LOCAL_TEXTS) refuse(name, "toISOString");
  refuse("getYear", "getUTCFullYear");
  refuse("setYear", "setUTCFullYear");
  refuse("getTimezoneOffset", "UTC throughout");
}
