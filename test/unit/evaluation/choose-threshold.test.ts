import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { thresholdSchema } from "../../../core/definition/threshold-schema.ts";
import { DataContractError } from "../../../core/errors.ts";
import { chooseThreshold } from "../../../core/evaluation/choose-threshold.ts";
import { fBeta } from "../../../core/evaluation/class-metrics.ts";
import { confusion } from "../../../core/evaluation/confusion.ts";
import type { Confusion } from "../../../core/run/evaluation-results.ts";

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

  it("weighs errors by their costs, computed by hand", () => {
    // A false positive costs 1, a missed one 1: at 0.875 one missed, at 0.5 one wrong; 0.875 is higher.
    expect(chooseThreshold(cost(1, 1), rows)).toBe(0.875);
    // Missing costs 3: at 0.875 costs 3, at 0.5 costs 1.
    expect(chooseThreshold(cost(1, 3), rows)).toBe(0.5);
  });

  it("counts what right answers cost", () => {
    // Each row found costs 2 and none missed costs anything: never predicting is best.
    expect(chooseThreshold({ ...cost(1, 1), truePositive: 2 }, rows)).toBe(1);
    // Each row left alone costs 2: always predicting is best.
    expect(chooseThreshold({ ...cost(1, 1), trueNegative: 2 }, rows)).toBe(0);
  });

  it("says 0 where always predicting costs least, and 1 where never does", () => {
    expect(chooseThreshold(cost(0, 1), { ...rows, labels: Uint8Array.of(1, 0, 1, 1) })).toBe(0);
    expect(chooseThreshold(cost(1, 0), rows)).toBe(1);
    expect(chooseThreshold(cost(1, 5), { ...rows, labels: new Uint8Array(4) })).toBe(1);
    // A row of probability 1 is labelled by every threshold, so never is no choice.
    const certain = { labels: Uint8Array.of(0, 0), scores: Float64Array.of(1, 0.5) };
    expect(chooseThreshold(cost(1, 0), certain)).toBe(1);
    const worse = { labels: Uint8Array.of(0, 1), scores: Float64Array.of(1, 1) };
    expect(chooseThreshold(cost(3, 1), worse)).toBe(0);
  });

  it.each([
    ["the most recall with the precision", { choose: "precision", atLeast: 0.6 }, 0.5],
    ["full precision alone", { choose: "precision", atLeast: 1 }, 0.875],
    ["the highest threshold with the recall", { choose: "recall", atLeast: 0.5 }, 0.875],
    ["all of class 1", { choose: "recall", atLeast: 0.51 }, 0.5],
    ["most alerts up to the share", { choose: "alert-rate", atMost: 0.5 }, 0.625],
    ["no alert beyond the share", { choose: "alert-rate", atMost: 0.74 }, 0.625],
    ["every row", { choose: "alert-rate", atMost: 1 }, 0.25],
  ] as const)("takes %s", (_name, rule, threshold) => {
    expect(chooseThreshold(rule, rows)).toBe(threshold);
  });

  it("reaches a target that rounding misses", () => {
    const scores = Float64Array.of(0.75, 0.5, 0.25);
    // In doubles 0.3 / (0.3 + (0.1 + 0.2)) is less than a half, also where 0.1 and 0.2 come later.
    const found = {
      ...{ scores, labels: Uint8Array.of(1, 1, 1), weights: Float64Array.of(0.3, 0.1, 0.2) },
    };
    const tied = {
      scores: Float64Array.of(0.5, 0.5, 0.5),
      ...{ labels: Uint8Array.of(1, 0, 0), weights: Float64Array.of(0.3, 0.1, 0.2) },
    };
    // 0.2 + 0.1 of 0.2 + 0.1 + 0.1 is more than three quarters.
    const alerted = { ...found, weights: Float64Array.of(0.2, 0.1, 0.1) };

    expect(chooseThreshold({ choose: "recall", atLeast: 0.5 }, found)).toBe(0.75);
    expect(chooseThreshold({ choose: "precision", atLeast: 0.5 }, tied)).toBe(0.5);
    expect(chooseThreshold({ choose: "alert-rate", atMost: 0.75 }, alerted)).toBe(0.5);
  });

  it("ignores rows of weight 0", () => {
    const some = {
      labels: Uint8Array.of(0, 1, 0, 1, 0),
      scores: Float64Array.of(0.9375, 0.875, 0.625, 0.5, 0.25),
      weights: Float64Array.of(0, 1, 1, 1, 0),
    };

    expect(chooseThreshold({ choose: "precision", atLeast: 1 }, some)).toBe(0.875);
    expect(chooseThreshold({ choose: "alert-rate", atMost: 1 }, some)).toBe(0.5);
    expect(chooseThreshold(cost(0, 1), some)).toBe(0);
    const certain = { ...some, scores: some.scores.with(0, 1) };
    expect(chooseThreshold(cost(1, 0), certain)).toBe(1);
  });

  const weighted = fc
    .array(fc.tuple(fc.nat(1), fc.integer({ min: 0, max: 16 }), fc.nat(3)))
    .map((triples) => ({
      labels: Uint8Array.from([1, 0, ...triples.map(([label]) => label)]),
      scores: Float64Array.from([0.5, 0.25, ...triples.map(([, score]) => score / 16)]),
      weights: Float64Array.from([1, 1, ...triples.map(([, , weight]) => weight)]),
    }));
  const target = fc.nat(20).map((twentieths) => twentieths / 20);
  const everyThreshold = Array.from({ length: 17 }, (_, i) => i / 16);

  it.each([0.5, 1, 2])("F-beta of %d is beaten by no other threshold", (beta) => {
    fc.assert(
      fc.property(weighted, (some) => {
        const found = fBeta(
          confusion(some, chooseThreshold({ choose: "f-beta", beta }, some)),
          beta,
        );

        for (const other of everyThreshold) {
          expect(found).toBeGreaterThanOrEqual(fBeta(confusion(some, other), beta));
        }
      }),
    );
  });

  it("costs no more than any other threshold", () => {
    const price = fc.integer({ min: -2, max: 6 });
    fc.assert(
      fc.property(weighted, price, price, price, price, (some, fp, fn, tp, tn) => {
        const costAt = (threshold: number) => {
          const counts = confusion(some, threshold);
          return (
            fp * counts.falsePositives +
            fn * counts.falseNegatives +
            tp * counts.truePositives +
            tn * counts.trueNegatives
          );
        };
        const rule = { choose: "cost", falsePositive: fp, falseNegative: fn } as const;

        const found = chooseThreshold({ ...rule, truePositive: tp, trueNegative: tn }, some);

        for (const other of everyThreshold) {
          expect(costAt(found)).toBeLessThanOrEqual(costAt(other));
        }
      }),
    );
  });

  it("has the precision, and no threshold with it has more recall", () => {
    fc.assert(
      fc.property(weighted, target, (some, atLeast) => {
        const hits = everyThreshold.map((at) => confusion(some, at)).filter(alerts);
        const reached = hits.filter((counts) => precision(counts) >= atLeast);
        const choose = () => chooseThreshold({ choose: "precision", atLeast }, some);
        if (reached.length === 0) {
          const best = Math.max(...hits.map(precision));
          expect(choose).toThrow(`the best is ${best} from`);
          return;
        }

        const found = confusion(some, choose());

        expect(precision(found)).toBeGreaterThanOrEqual(atLeast);
        expect(recall(found)).toBe(Math.max(...reached.map(recall)));
      }),
    );
  });

  it("has the recall, and no higher threshold has it", () => {
    fc.assert(
      fc.property(
        weighted,
        target.filter((value) => value > 0),
        (some, atLeast) => {
          const found = chooseThreshold({ choose: "recall", atLeast }, some);

          expect(recall(confusion(some, found))).toBeGreaterThanOrEqual(atLeast);
          for (const other of everyThreshold.filter((at) => at > found)) {
            expect(recall(confusion(some, other))).toBeLessThan(atLeast);
          }
        },
      ),
    );
  });

  it("labels as many rows as the share allows", () => {
    fc.assert(
      fc.property(weighted, target, (some, atMost) => {
        const rates = everyThreshold.map((at) => alertRate(confusion(some, at)));
        const allowed = rates.filter((rate) => rate > 0 && rate <= atMost);
        const choose = () => chooseThreshold({ choose: "alert-rate", atMost }, some);
        if (allowed.length === 0) {
          expect(choose).toThrow(`the least is ${Math.min(...rates.filter((rate) => rate > 0))},`);
          return;
        }

        expect(alertRate(confusion(some, choose()))).toBe(Math.max(...allowed));
      }),
    );
  });

  it.each([
    { choose: "f-beta", beta: 1 },
    { choose: "precision", atLeast: 0.5 },
    { choose: "recall", atLeast: 0.5 },
  ] as const)("fails by $choose without a row of class 1 that counts", (rule) => {
    const zeros = { labels: Uint8Array.of(0, 0), scores: Float64Array.of(0.1, 0.2) };
    const unweighted = { ...rows, weights: Float64Array.of(0, 1, 0, 1) };

    expect(() => chooseThreshold(rule, zeros)).toThrow(DataContractError);
    expect(() => chooseThreshold(rule, unweighted)).toThrow(`${rule.choose} cannot choose`);
  });

  it("fails where no threshold reaches the target, and says the best", () => {
    const bad = { labels: Uint8Array.of(0, 1), scores: Float64Array.of(0.75, 0.5) };
    const constant = { labels: Uint8Array.of(0, 1), scores: Float64Array.of(0.5, 0.5) };
    const precise = () => chooseThreshold({ choose: "precision", atLeast: 0.9 }, bad);
    const quiet = () => chooseThreshold({ choose: "alert-rate", atMost: 0.1 }, constant);

    expect(precise).toThrow(DataContractError);
    expect(precise).toThrow("the best is 0.5 from probability 0.5:");
    expect(quiet).toThrow(DataContractError);
    expect(quiet).toThrow("the least is 1, whose rows all have probability 0.5:");
  });

  it("answers for a single row", () => {
    const one = { labels: Uint8Array.of(1), scores: Float64Array.of(0.5) };

    expect(chooseThreshold(cost(1, 1), one)).toBe(0);
    expect(chooseThreshold({ choose: "precision", atLeast: 1 }, one)).toBe(0.5);
    expect(chooseThreshold({ choose: "recall", atLeast: 1 }, one)).toBe(0.5);
    expect(chooseThreshold({ choose: "alert-rate", atMost: 1 }, one)).toBe(0.5);
  });
});

describe("thresholdSchema", () => {
  it("lets right answers cost nothing unless it is told", () => {
    const { falsePositive, falseNegative } = cost(1, 2);

    expect(thresholdSchema.parse({ choose: "cost", falsePositive, falseNegative })).toEqual(
      cost(1, 2),
    );
  });

  it.each([
    { choose: "precision", atLeast: 1.1 },
    { choose: "recall", atLeast: -0.1 },
    { choose: "alert-rate", atMost: 2 },
    { choose: "cost", falsePositive: 1 },
    { choose: "cost", falsePositive: Number.POSITIVE_INFINITY, falseNegative: 1 },
  ])("fails on %o", (rule) => {
    expect(thresholdSchema.safeParse(rule).success).toBe(false);
  });
});

function cost(falsePositive: number, falseNegative: number) {
  return {
    choose: "cost",
    falsePositive,
    falseNegative,
    truePositive: 0,
    trueNegative: 0,
  } as const;
}

const alerts = (counts: Confusion) => counts.truePositives + counts.falsePositives;
const precision = (counts: Confusion) => counts.truePositives / alerts(counts);
const recall = (counts: Confusion) =>
  counts.truePositives / (counts.truePositives + counts.falseNegatives);
const alertRate = (counts: Confusion) =>
  alerts(counts) / (alerts(counts) + counts.falseNegatives + counts.trueNegatives);
