import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../core/errors.ts";
import { runsPerMonth } from "../../core/schedule/runs-per-month.ts";

describe("runsPerMonth", () => {
  it.each([
    ["the first of each month", "0 4 1 * *", 1],
    ["every hour", "0 * * * *", (24 * 1_461) / 48],
    ["every minute", "* * * * *", (1_440 * 1_461) / 48],
    ["twice a day", "0 6,18 * * *", (2 * 1_461) / 48],
    // 2025 to 2028 are 208 weeks and five days, Wednesday to Sunday
    ["every Monday", "0 0 * * 1", 208 / 48],
    ["every Sunday, told as 7", "0 0 * * 7", 209 / 48],
    ["the 31st", "0 0 31 * *", (7 * 4) / 48],
    ["the 29th of February", "0 0 29 2 *", 1 / 48],
    ["once a year", "0 0 1 1 *", 4 / 48],
  ])("counts %s", (_name, cron, times) => {
    expect(runsPerMonth(cron)).toBeCloseTo(times, 10);
  });

  it("fails on what is no schedule", () => {
    expect(() => runsPerMonth("every day")).toThrow(InvalidInputError);
    expect(() => runsPerMonth("0 0 1 * 1")).toThrow(/use two schedules/);
  });
});
