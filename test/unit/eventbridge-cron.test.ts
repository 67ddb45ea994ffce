import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../core/errors.ts";
import { eventbridgeCron } from "../../core/schedule/eventbridge-cron.ts";

/** Values that one field of the result allows, read back by the two forms it may have. */
function expanded(field: string): number[] {
  return field.split(",").flatMap((part) => {
    const [first, last = first] = part.split("-").map(Number) as [number, number?];
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

describe("eventbridgeCron", () => {
  it.each([
    ["0 4 1 * *", "cron(0 4 1 * ? *)"],
    ["0 * * * *", "cron(0 * * * ? *)"],
    ["*/15 * * * *", "cron(0,15,30,45 * * * ? *)"],
    ["5/20 0-5 * * *", "cron(5,25,45 0-5 * * ? *)"],
    ["10-30/10 6,18 * JAN-mar,12 *", "cron(10,20,30 6,18 * 1-3,12 ? *)"],
    ["  30   2  1,2,3  *  *  ", "cron(30 2 1-3 * ? *)"],
  ])("turns %s into %s", (cron, expected) => {
    expect(eventbridgeCron(cron)).toBe(expected);
  });

  it.each([
    ["0 3 * * 0", "cron(0 3 ? * 1 *)"],
    ["0 3 * * 7", "cron(0 3 ? * 1 *)"],
    ["0 3 * * SUN", "cron(0 3 ? * 1 *)"],
    ["0 3 * * 6", "cron(0 3 ? * 7 *)"],
    ["0 3 * * 1-5", "cron(0 3 ? * 2-6 *)"],
    ["0 3 * * mon-fri", "cron(0 3 ? * 2-6 *)"],
    ["0 3 * * 5-7", "cron(0 3 ? * 1,6,7 *)"],
    ["0 3 * * 0-6", "cron(0 3 * * ? *)"],
    ["0 3 * * 1-7", "cron(0 3 * * ? *)"],
  ])("counts weekdays from Sunday as 1: %s is %s", (cron, expected) => {
    expect(eventbridgeCron(cron)).toBe(expected);
  });

  it("keeps exactly the minutes, hours and days it was given, in at most 256 characters", () => {
    const some = (min: number, max: number) =>
      fc.uniqueArray(fc.integer({ min, max }), { minLength: 1 });
    fc.assert(
      fc.property(some(0, 59), some(0, 23), some(1, 31), (minutes, hours, days) => {
        const cron = eventbridgeCron(`${minutes} ${hours} ${days} * *`);
        const fields = cron.slice("cron(".length, -1).split(" ");

        expect(cron.length).toBeLessThanOrEqual(256);
        for (const [given, i, count] of [
          [minutes, 0, 60],
          [hours, 1, 24],
          [days, 2, 31],
        ] as const) {
          const sorted = [...given].sort((a, b) => a - b);
          if (given.length === count) expect(fields[i]).toBe("*");
          else expect(expanded(fields[i] as string)).toEqual(sorted);
        }
      }),
    );
  });

  it.each([
    ["four fields", "0 4 1 *"],
    ["six fields", "0 4 1 * * 2026"],
    ["a minute of 60", "60 4 1 * *"],
    ["a day of 0", "0 4 0 * *"],
    ["a weekday of 8", "0 4 * * 8"],
    ["a name in the wrong field", "0 MON * * *"],
    ["a range that runs backwards", "30-10 * * * *"],
    ["a step of zero", "*/0 * * * *"],
    ["an extension of other crons", "0 4 L * *"],
    ["an empty list item", "0,,5 * * * *"],
    ["negative numbers", "-5 * * * *"],
    ["both day fields restricted", "0 4 1 * 1"],
  ])("fails on %s", (_name, cron) => {
    expect(() => eventbridgeCron(cron)).toThrow(InvalidInputError);
  });
});
