import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRfc3339 } from "../../../core/inference/rfc3339.ts";

describe("parseRfc3339", () => {
  it.each([
    ["2001-06-03T17:10:00Z", 991_588_200_000],
    ["2001-06-03t17:10:00z", 991_588_200_000],
    ["2001-06-03 19:10:00+02:00", 991_588_200_000],
    ["2001-06-03T11:40:00-05:30", 991_588_200_000],
    ["2001-06-03T17:10:00.25Z", 991_588_200_250],
    ["2001-06-03T17:10:00.123456789Z", 991_588_200_123],
    ["2000-02-29T00:00:00Z", 951_782_400_000],
    ["1969-12-31T23:59:59Z", -1_000],
    ["0099-03-01T00:00:00Z", -59_037_897_600_000],
    ["0100-03-01T00:00:00Z", -59_006_361_600_000],
  ])("reads %s", (text, ms) => {
    expect(parseRfc3339(text)).toBe(ms);
  });

  it("reads back every instant of four-digit years", () => {
    const instants = fc.date({
      min: new Date("0000-01-01T00:00:00Z"),
      max: new Date("9999-12-31T23:59:59.999Z"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instants, (date) => {
        expect(parseRfc3339(date.toISOString())).toBe(date.getTime());
        const plain = `${date.toISOString().slice(0, 19)}Z`;
        expect(parseRfc3339(plain)).toBe(Math.floor(date.getTime() / 1_000) * 1_000);
      }),
    );
  });

  it.each([
    "",
    "2001-06-03",
    "2001-06-03T17:10:00",
    "2001-06-03T17:10Z",
    "2001-6-3T17:10:00Z",
    "2001-02-29T00:00:00Z",
    "1900-02-29T00:00:00Z",
    "2001-04-31T00:00:00Z",
    "2001-13-01T00:00:00Z",
    "2001-13-30T00:00:00Z",
    "2001-00-01T00:00:00Z",
    "2001-01-00T00:00:00Z",
    "2001-01-01T24:00:00Z",
    "2001-01-01T00:60:00Z",
    "2001-01-01T00:00:60Z",
    "2001-01-01T00:00:00+24:00",
    "2001-01-01T00:00:00+0200",
    "2001-01-01T00:00:00Z ",
    "+002001-01-01T00:00:00Z",
    "Sun Jun 03 2001 17:10:00 GMT",
  ])("takes %j for no instant", (text) => {
    expect(parseRfc3339(text)).toBeUndefined();
  });
});
