import { describe, expect, it } from "vitest";
import { explainedRows } from "../../../core/explain/explained-rows.ts";

describe("explainedRows", () => {
  it.each([
    ["a small model, all that are looked at", 3_000, 8, 1_000],
    ["100 trees of 255 leaves, still all", 3_600_000, 29, 1_000],
    ["ten times as many, a few", 36_000_000, 29, 111],
    ["as many leaves as are stored, the least", 400_000_000, 29, 20],
    ["256 classes and 1,000 inputs, what memory holds", 4_000_000, 256 * 1_001, 39],
  ])("are of %s", (_name, bytes, numbers, rows) => {
    expect(explainedRows(bytes, numbers)).toBe(rows);
  });
});
