import { describe, expect, test } from "vitest";
import { utcHour, utcWeekday } from "../../../core/row/utc.ts";

describe("parts of an instant", () => {
  test.each([
    ["1970-01-01T00:00:00.000Z", 0, 4],
    ["1969-12-31T23:59:59.999Z", 23, 3],
    ["1969-12-31T00:00:00.000Z", 0, 3],
    ["1969-12-28T00:00:00.000Z", 0, 0],
    ["2001-06-03T17:10:00.000Z", 17, 0],
    ["2000-02-29T23:59:59.999Z", 23, 2],
  ])("%s", (instant, hour, weekday) => {
    const ms = Date.parse(instant);
    expect(utcHour(ms)).toBe(hour);
    expect(utcWeekday(ms)).toBe(weekday);
  });

  test("are those of JavaScript's dates, hour by hour", () => {
    for (let hour = -5_000; hour < 5_000; hour += 7) {
      const date = new Date(hour * 3_600_000);
      expect([utcHour(date.getTime()), utcWeekday(date.getTime())]).toEqual([
        date.getUTCHours(),
        date.getUTCDay(),
      ]);
    }
  });

  test("of no time are no numbers", () => {
    expect(utcHour(Number.NaN)).toBeNaN();
    expect(utcWeekday(Number.NaN)).toBeNaN();
  });
});
