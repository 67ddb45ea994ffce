import { describe, expect, it } from "vitest";
import { windowHours } from "../../../core/drift/window-hours.ts";

describe("windowHours", () => {
  it("gives every hour that the window touches, over midnight too", () => {
    const hours = windowHours({ from: "2026-02-28T22:30:00Z", until: "2026-03-01T01:00:00.001Z" });

    expect(hours.map(({ date, hour }) => `${date} ${hour}`)).toEqual([
      "2026-02-28 22",
      "2026-02-28 23",
      "2026-03-01 00",
      "2026-03-01 01",
    ]);
  });

  it("leaves out the hour that begins as the window ends", () => {
    const window = { from: "2026-01-01T10:00:00Z", until: "2026-01-01T11:00:00Z" };

    expect(windowHours(window)).toEqual([{ date: "2026-01-01", hour: "10" }]);
  });

  it("is empty for a window that ends before it begins", () => {
    expect(windowHours({ from: "2026-01-02T00:00:00Z", until: "2026-01-01T00:00:00Z" })).toEqual(
      [],
    );
  });
});
