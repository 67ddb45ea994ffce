import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../../core/errors.ts";
import { estimateBinaryQuality } from "../../../core/performance/estimate-binary-quality.ts";

describe("estimateBinaryQuality", () => {
  it("equals the values computed by hand for three rows", () => {
    const estimate = estimateBinaryQuality([0.9, 0.5, 0.2], 0.5);

    expect(estimate.confusion.truePositives).toBeCloseTo(1.4, 12);
    expect(estimate.confusion.falsePositives).toBeCloseTo(0.6, 12);
    expect(estimate.confusion.falseNegatives).toBeCloseTo(0.2, 12);
    expect(estimate.confusion.trueNegatives).toBeCloseTo(0.8, 12);
    expect(estimate.accuracy).toBeCloseTo(2.2 / 3, 12);
    // 0.09 + 0.25 + 0.16 = 0.5
    expect(estimate.accuracyStandardError).toBeCloseTo(Math.sqrt(0.5) / 3, 12);
    // In order: 0.9*0.5 + 0.9*0.8 + 0.5*0.8 = 1.57; reversed: 0.5*0.1 + 0.2*0.1 + 0.2*0.5 = 0.17
    expect(estimate.rocAuc).toBeCloseTo(1.57 / 1.74, 12);
  });

  it("counts tied pairs half, and no row as a pair with itself", () => {
    expect(estimateBinaryQuality([0.3, 0.3, 0.3], 0.5).rocAuc).toBeCloseTo(0.5, 12);
    // 0.9, 0.2, 0.2: in order 0.9*1.6 + 0.32/2 = 1.6; all 1.44 + 0.1*0.4 + 0.32 = 1.8
    expect(estimateBinaryQuality([0.2, 0.9, 0.2], 0.5).rocAuc).toBeCloseTo(1.6 / 1.8, 12);
  });

  it("moves rows between predicted classes with the threshold", () => {
    expect(estimateBinaryQuality([0.9, 0.5], 0.6).confusion.falseNegatives).toBe(0.5);
  });

  it("is null, never NaN, where a metric is undefined", () => {
    expect(estimateBinaryQuality([], 0.5)).toMatchObject({
      rows: 0,
      accuracy: null,
      accuracyStandardError: null,
      rocAuc: null,
    });
    expect(estimateBinaryQuality([0.7], 0.5).rocAuc).toBeNull();
    expect(estimateBinaryQuality([1, 1], 0.5).rocAuc).toBeNull();
  });

  it.each([-0.1, 1.1, Number.NaN])("fails on %d as probability or threshold", (value) => {
    expect(() => estimateBinaryQuality([0.5, value], 0.5)).toThrow(InvalidInputError);
    expect(() => estimateBinaryQuality([0.5], value)).toThrow(InvalidInputError);
  });
});
