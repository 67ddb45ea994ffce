import { describe, expect, it } from "vitest";
import { alternatives, alwaysOnUsd, crossover } from "../../../core/cost/always-on.ts";
import { pricesOf, priceTable } from "../../../core/cost/price-table.ts";

const found = alternatives(pricesOf(priceTable(), "us-east-1"));
const [one, two, fargate] = found;
if (!one || !two || !fargate) throw new Error("there are three alternatives");

describe("alwaysOnUsd", () => {
  it("pays the hours of a month whether or not anybody asks", () => {
    // 730 × 0.115
    expect(alwaysOnUsd(one, 0, 1)).toBeCloseTo(83.95, 10);
    expect(alwaysOnUsd(two, 0, 1)).toBeCloseTo(167.9, 10);
    expect(alwaysOnUsd(one, 1_000_000, 1)).toBeCloseTo(83.95, 10);
  });

  it("pays two containers, their addresses, a load balancer and its addresses", () => {
    const container = 730 * (0.04048 + 2 * 0.004445 + 0.005);
    const balancer = 730 * (0.0225 + 2 * 0.005);

    expect(alwaysOnUsd(fargate, 0, 1)).toBeCloseTo(2 * container + balancer, 10);
  });

  it("pays the load balancer by the bytes, or by new connections", () => {
    const idle = alwaysOnUsd(fargate, 0, 0) ?? 0;
    const units = (requests: number) => ((alwaysOnUsd(fargate, requests, 0) ?? 0) - idle) / 0.008;

    // 2,000 bytes each are more than a tenth of a connection each
    expect(units(1_000_000_000)).toBeCloseTo((1_000_000_000 * 2_000) / 2 ** 30, 6);
  });

  it("adds instances when the busiest hour needs more than half of their CPU", () => {
    // 2,628,000,000 a month are 1,000 a second, 3,000 in the busiest hour: 3 s of CPU each second
    expect(alwaysOnUsd(one, 2_628_000_000, 1)).toBeCloseTo(3 * 83.95, 8);
    expect(alwaysOnUsd(two, 2_628_000_000, 1)).toBeCloseTo(3 * 83.95, 8);
  });

  it("has no sum without a price", () => {
    const unpriced = alternatives({});

    expect(unpriced.map((other) => alwaysOnUsd(other, 1, 1))).toEqual([null, null, null]);
  });
});

describe("crossover", () => {
  it("finds the first amount that is dearer", () => {
    expect(
      crossover(
        (n) => n * 0.001,
        () => 84,
      ),
    ).toBe(84_001);
    expect(
      crossover(
        (n) => n * 0.00001,
        () => 84,
      ),
    ).toBe(8_400_001);
  });

  it("is 0 where it is dearer from the beginning, and null where it never is", () => {
    expect(
      crossover(
        () => 2,
        () => 1,
      ),
    ).toBe(0);
    expect(
      crossover(
        () => 1,
        () => 2,
      ),
    ).toBeNull();
  });

  it("passes over a short time in which it is dearer", () => {
    const perUse = (n: number) => (n > 100_000 && n < 105_000 ? 2 : n > 1_000_000 ? 2 : 0);

    expect(crossover(perUse, () => 1)).toBe(1_000_001);
  });
});
