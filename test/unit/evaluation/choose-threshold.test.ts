import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataContractError } from "../../../core/errors.ts";
import { chooseThreshold } from "../../../core/evaluation/choose-threshold.ts";
import { fBeta } from "../../../core/evaluation/class-metrics.ts";
import { confusion } from "../../../core/evaluation/confusion.ts";

const rows = {
  labels: Uint8Array.of(1, 0, 1, 0),
  scores: Float64Array.of(0.875, 0.625, 0.5, 0.25),
};

describe("chooseThreshold", () => {
  it("takes a fixed value as it is", () => {
    expect(chooseThreshold({ choose: "fixed", value: 0.3 }, rows)).toBe(0.3);
  });

  it("takes the score with the best F1, computed by hand", () => {
    // At 0.875: 2/3. At 0.625: 1/2. At 0.5: 4/5. At 0.25: 2/3.
    expect(chooseThreshold({ choose: "f-beta", beta: 1 }, rows)).toBe(0.5);
  });

  it("weighs precision and recall by beta", () => {
    // F0.1 nearly is precision, which is 1 at the highest score alone.
    expect(chooseThreshold({ choose: "f-beta", beta: 0.1 }, rows)).toBe(0.875);
  });

  it("takes the highest of equally good scores", () => {
    // F1 is 2/3 at 0.875 (one of two found, none wrong) and at 0.25 (both found, two wrong).
    const tied = { labels: Uint8Array.of(1, 0, 0, 1), scores: rows.scores };

    expect(chooseThreshold({ choose: "f-beta", beta: 1 }, tied)).toBe(0.875);
  });

  it("is beaten by no other threshold", () => {
    const scored = fc.array(fc.tuple(fc.nat(1), fc.integer({ min: 0, max: 16 })), { minLength: 1 });
    fc.assert(
      fc.property(scored, fc.constantFrom(0.5, 1, 2), fc.nat(16), (pairs, beta, other) => {
        const some = {
          labels: Uint8Array.from([1, ...pairs.map(([label]) => label)]),
          scores: Float64Array.from([0.5, ...pairs.map(([, score]) => score / 16)]),
        };
        const best = fBeta(
          confusion(some, chooseThreshold({ choose: "f-beta", beta }, some)),
          beta,
        );

        expect(best).toBeGreaterThanOrEqual(fBeta(confusion(some, other / 16), beta));
      }),
    );
  });

  it("fails without a row of class 1, where every F-beta is 0", () => {
    const zeros = { labels: Uint8Array.of(0, 0), scores: Float64Array.of(0.1, 0.2) };

    expect(() => chooseThreshold({ choose: "f-beta", beta: 1 }, zeros)).toThrow(DataContractError);
  });
});
