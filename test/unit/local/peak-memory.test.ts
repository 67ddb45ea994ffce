import { describe, expect, it } from "vitest";
import { peakTogetherBytes } from "../../../local/peak-memory.ts";

const call = (startedAt: number, endedAt: number, peakMemoryBytes: number) => ({
  startedAt,
  endedAt,
  peakMemoryBytes,
});

describe("peakTogetherBytes", () => {
  it("adds calls that were under way at one time, and only these", () => {
    expect(peakTogetherBytes([call(0, 10, 4), call(10, 20, 2), call(15, 30, 1)])).toBe(4);
    expect(peakTogetherBytes([call(0, 10, 4), call(9, 20, 2), call(15, 30, 1)])).toBe(6);
  });

  it("is 0 without calls", () => {
    expect(peakTogetherBytes([])).toBe(0);
  });
});
