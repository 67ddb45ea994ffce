import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../../core/errors.ts";
import { compareArms } from "../../../core/experiments/compare-arms.ts";
import {
  alwaysValidDifference,
  type Sample,
} from "../../../core/experiments/confidence-sequence.ts";
import { mix32 } from "../../../core/sketch/hash32.ts";

/** Numbers of 0 to 1 that are the same in each run. */
function seeded(seed: number) {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    return mix32(state) / 2 ** 32;
  };
}

const share = (n: number, successes: number): Sample => {
  const mean = successes / n;
  return { n, mean, variance: (n / (n - 1)) * mean * (1 - mean) };
};

describe("alwaysValidDifference", () => {
  it("equals the hand-computed values", () => {
    // V = 1/200 + 1/200 = 0.01, t^2 = 0.0025, d = 0.5:
    // ln L = ln(0.01/0.0125)/2 + 0.0025 * 0.25 / (2 * 0.01 * 0.0125) = -0.1115718 + 2.5
    // radius^2 = 0.01 * 0.0125 / 0.0025 * (ln 1.25 - 2 ln 0.05) = 0.05 * (0.2231436 + 5.9914645)
    const side = { n: 200, variance: 1 };
    const found = alwaysValidDifference({ ...side, mean: 1 }, { ...side, mean: 1.5 });

    expect(found.estimate).toBe(0.5);
    expect(found.pValue).toBeCloseTo(Math.exp(0.1115718 - 2.5), 7);
    expect(found.interval[1] - 0.5).toBeCloseTo(Math.sqrt(0.05 * 6.2146081), 7);
    expect(found.interval[0] + found.interval[1]).toBeCloseTo(1, 12);
  });

  it("has an interval without 0 exactly where the p-value is below alpha", () => {
    for (let d = 0; d < 1; d += 0.01) {
      const side = { n: 300, variance: 2 };
      const { interval, pValue } = alwaysValidDifference(
        { ...side, mean: 0 },
        { ...side, mean: d },
        0.1,
      );
      expect(interval[0] > 0).toBe(pValue < 0.1);
    }
  });

  it("knows values that never vary", () => {
    const side = { n: 10, variance: 0 };
    expect(alwaysValidDifference({ ...side, mean: 1 }, { ...side, mean: 1 }).pValue).toBe(1);
    expect(alwaysValidDifference({ ...side, mean: 1 }, { ...side, mean: 3 })).toEqual({
      ...{ estimate: 2, interval: [2, 2], pValue: 0 },
    });
  });

  it("keeps its level while it is looked at all the time, where a fixed test does not", () => {
    const [tests, most, alpha] = [400, 4_000, 0.05];
    const random = seeded(20_260_601);
    const alarms = { sequential: 0, fixed: 0 };
    for (let test = 0; test < tests; test += 1) {
      const hits = [0, 0];
      const alarmed = { sequential: false, fixed: false };
      for (let n = 1; n <= most; n += 1) {
        for (const side of [0, 1]) if (random() < 0.3) hits[side] = (hits[side] as number) + 1;
        if (n < 100 || n % 20 !== 0) continue;
        const [a, b] = hits.map((successes) => share(n, successes)) as [Sample, Sample];
        if (alwaysValidDifference(a, b, alpha).pValue < alpha) alarmed.sequential = true;
        const z = (b.mean - a.mean) / Math.sqrt(a.variance / n + b.variance / n);
        if (Math.abs(z) > 1.96) alarmed.fixed = true;
      }
      if (alarmed.sequential) alarms.sequential += 1;
      if (alarmed.fixed) alarms.fixed += 1;
    }

    expect(alarms.sequential / tests).toBeLessThanOrEqual(alpha);
    expect(alarms.fixed / tests).toBeGreaterThan(4 * alpha);
  });

  it.each([
    ["one value", { n: 1, mean: 0, variance: 0 }, 0.05],
    ["no mean", { n: 9, mean: Number.NaN, variance: 1 }, 0.05],
    ["a negative variance", { n: 9, mean: 0, variance: -1 }, 0.05],
    ["an endless variance", { n: 9, mean: 0, variance: Number.POSITIVE_INFINITY }, 0.05],
    ["an alpha of nothing", { n: 9, mean: 0, variance: 1 }, 0],
    ["an alpha of all", { n: 9, mean: 0, variance: 1 }, 1],
  ])("fails on %s", (_name, side, alpha) => {
    expect(() => alwaysValidDifference(side, { n: 9, mean: 0, variance: 1 }, alpha)).toThrow(
      InvalidInputError,
    );
  });
});

describe("compareArms", () => {
  const champion = {
    score: { n: 5_000, mean: 0.3, variance: 0.04 },
    positiveShare: share(5_000, 1_000),
    latencyMs: { n: 5_000, mean: 2, variance: 1 },
  };

  it("says of each metric whether the challenger's is higher, lower or not shown to differ", () => {
    const challenger = {
      score: { n: 500, mean: 0.4, variance: 0.04 },
      positiveShare: share(500, 50),
      latencyMs: { n: 500, mean: 2.01, variance: 1 },
    };

    expect(
      compareArms(champion, challenger).map(({ metric, verdict }) => [metric, verdict]),
    ).toEqual([
      ["score", "higher"],
      ["positiveShare", "lower"],
      ["latencyMs", "no difference shown"],
    ]);
  });

  it("waits for a hundred predictions of each, and leaves out what a side does not have", () => {
    const challenger = { score: { n: 99, mean: 0.9, variance: 0.01 } };

    expect(compareArms(champion, challenger)).toEqual([
      {
        metric: "score",
        champion: champion.score,
        challenger: challenger.score,
        verdict: "not enough data",
      },
    ]);
    expect(compareArms({}, challenger)).toEqual([]);
  });

  it("divides alpha among the metrics", () => {
    const score = { n: 1_000, mean: 0, variance: 1 };
    const [alone] = compareArms({ score }, { score }, 0.03);
    const [among] = compareArms({ score, latencyMs: score }, { score, latencyMs: score }, 0.06);

    expect(among?.difference?.interval).toEqual(alone?.difference?.interval);
  });
});
