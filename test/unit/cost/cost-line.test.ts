import { describe, expect, it } from "vitest";
import {
  type CostLine,
  costLine,
  repeated,
  total,
  type Use,
  withoutFree,
} from "../../../core/cost/cost-line.ts";

const use = (changes: Partial<Use> = {}): Use => ({
  item: "requests",
  price: "sqsUsdPerRequest",
  quantity: 1_000,
  how: "counted",
  ...changes,
});
const line = (quantity: number | null, price: Use["price"] = "sqsUsdPerRequest"): CostLine =>
  costLine(use({ quantity, price }), { sqsUsdPerRequest: 0.5, snsUsdPerPublish: 2 });

describe("costLine", () => {
  it("is quantity times price, with the price's unit", () => {
    expect(costLine(use(), { sqsUsdPerRequest: 0.25 })).toMatchObject({
      unit: "request",
      usdPerUnit: 0.25,
      usd: 250,
    });
  });

  it("has no sum without a price or a quantity", () => {
    expect(costLine(use(), {})).toMatchObject({ usdPerUnit: null, usd: null });
    expect(line(null)).toMatchObject({ usdPerUnit: 0.5, usd: null });
  });
});

describe("total", () => {
  it("adds up what is known and says if that is all", () => {
    expect(total([line(2), line(4)])).toEqual({ usd: 3, isComplete: true });
    expect(total([line(2), line(null)])).toEqual({ usd: 1, isComplete: false });
    expect(total([])).toEqual({ usd: 0, isComplete: true });
  });
});

describe("repeated", () => {
  it("multiplies quantities, and leaves alone what was not measured", () => {
    const [known, unknown] = repeated([use(), use({ quantity: null })], 3, "3 a month");

    expect(known).toMatchObject({ quantity: 3_000, how: "(counted) × 3 a month" });
    expect(unknown?.quantity).toBeNull();
  });
});

describe("withoutFree", () => {
  it("takes what is free off the first lines of a price, once", () => {
    const freeEachMonth = { sqsUsdPerRequest: 30 };

    const lines = withoutFree([line(20), line(20), line(20), line(5, "snsUsdPerPublish")], {
      freeEachMonth,
    });

    expect(lines.map(({ quantity, usd }) => [quantity, usd])).toEqual([
      [0, 0],
      [10, 5],
      [20, 10],
      [5, 10],
    ]);
    expect(lines[0]?.how).toBe("counted, some free");
    expect(lines[2]?.how).toBe("counted");
  });

  it("leaves alone what has no number", () => {
    const unknown = [line(null), costLine(use(), {})];

    expect(withoutFree(unknown, { freeEachMonth: { sqsUsdPerRequest: 30 } })).toEqual(unknown);
  });
});
