import { describe, expect, it } from "vitest";
import { applyGates, reasonsOf } from "../../../core/evaluation/gates.ts";
import type { ChampionResult } from "../../../core/run/run-report.ts";

const championOf = (metrics: ChampionResult["metrics"], note: string | null = null) => ({
  version: 3,
  metrics,
  note,
});

describe("applyGates", () => {
  it("passes a metric within its bounds", () => {
    const gates = { absolute: [{ metric: "rocAuc" as const, min: 0.62, max: 0.99 }], champion: [] };

    const results = applyGates(gates, { rocAuc: 0.62 }, null);

    expect(results).toEqual([
      { gate: "rocAuc at least 0.62", value: 0.62, bound: 0.62, passed: true, reason: null },
      { gate: "rocAuc at most 0.99", value: 0.62, bound: 0.99, passed: true, reason: null },
    ]);
    expect(reasonsOf(results)).toEqual([]);
  });

  it.each([
    [{ min: 0.62 }, 0.5981, "rocAuc 0.598 is below the gate's 0.62"],
    [{ min: 0.62 }, 0.61996, "rocAuc 0.61996 is below the gate's 0.62"],
    [{ max: 0.9 }, 0.95, "rocAuc 0.95 is above the gate's 0.9"],
  ])("fails with its reason in plain words: %o, %d", (bounds, value, reason) => {
    const gates = { absolute: [{ metric: "rocAuc" as const, ...bounds }], champion: [] };

    expect(reasonsOf(applyGates(gates, { rocAuc: value }, null))).toEqual([reason]);
  });

  it("shows values in full that no number of decimals tells apart", () => {
    const gates = { absolute: [{ metric: "brier" as const, max: 0 }], champion: [] };

    expect(reasonsOf(applyGates(gates, { brier: 1e-18 }, null))).toEqual([
      "brier 1e-18 is above the gate's 0",
    ]);
  });

  it("fails a metric that these rows do not define", () => {
    const gates = { absolute: [{ metric: "rocAuc" as const, min: 0 }], champion: [] };

    const [result] = applyGates(gates, { logLoss: 0.3 }, null);

    expect(result).toMatchObject({ passed: false, value: null });
    expect(result?.reason).toMatch(/one class only/);
  });

  describe("against the champion", () => {
    const gates = {
      absolute: [],
      champion: [
        { metric: "rocAuc" as const, maxRegression: 0.01 },
        { metric: "logLoss" as const, maxRegression: 0.01 },
      ],
    };

    it("says so where neither has the metric, and why it did not compare", () => {
      const [unscored] = applyGates(gates, {}, championOf(null));
      const [alone] = applyGates(gates, {}, null);

      expect(unscored).toMatchObject({
        value: null,
        passed: true,
        reason: "not comparable: champion version 3 has no score",
      });
      expect(alone).toMatchObject({ value: null, reason: "there is no champion to compare with" });
    });

    it("passes a metric that is worse by exactly what is allowed", () => {
      const exact = {
        absolute: [],
        champion: [
          { metric: "rocAuc" as const, maxRegression: 0.25 },
          { metric: "logLoss" as const, maxRegression: 0.25 },
        ],
      };

      const results = applyGates(
        exact,
        { rocAuc: 0.5, logLoss: 0.75 },
        championOf({ rocAuc: 0.75, logLoss: 0.5 }),
      );

      expect(results.map(({ passed, bound }) => [passed, bound])).toEqual([
        [true, 0.5],
        [true, 0.75],
      ]);
    });

    it("lets a metric be as much worse as the definition allows, in the direction of the metric", () => {
      const champion = championOf({ rocAuc: 0.7, logLoss: 0.4 });

      const better = applyGates(gates, { rocAuc: 0.8, logLoss: 0.3 }, champion);
      const slightlyWorse = applyGates(gates, { rocAuc: 0.695, logLoss: 0.405 }, champion);

      expect(better.every(({ passed }) => passed)).toBe(true);
      expect(slightlyWorse.every(({ passed }) => passed)).toBe(true);
    });

    it("fails what is worse by more, and names champion and values", () => {
      const champion = championOf({ rocAuc: 0.7, logLoss: 0.4 });

      const results = applyGates(gates, { rocAuc: 0.68, logLoss: 0.42 }, champion);

      expect(reasonsOf(results)).toEqual([
        "rocAuc 0.68 is more than 0.01 worse than the 0.7 of champion version 3",
        "logLoss 0.42 is more than 0.01 worse than the 0.4 of champion version 3",
      ]);
    });

    it("passes without a champion, and says so", () => {
      const results = applyGates(gates, { rocAuc: 0.6, logLoss: 0.4 }, null);

      expect(results.map(({ passed }) => passed)).toEqual([true, true]);
      expect(results[0]?.reason).toBe("there is no champion to compare with");
      expect(reasonsOf(results)).toEqual([]);
    });

    it("is not applied to a champion that cannot be scored, and says why", () => {
      const results = applyGates(
        gates,
        { rocAuc: 0.6, logLoss: 0.4 },
        championOf(null, "needs age"),
      );

      expect(results[0]).toMatchObject({
        passed: true,
        bound: null,
        reason: "not comparable: needs age",
      });
    });

    it("fails where one side lacks the metric", () => {
      const results = applyGates(
        gates,
        { rocAuc: 0.6, logLoss: 0.4 },
        championOf({ logLoss: 0.4 }),
      );

      expect(results.map(({ passed }) => passed)).toEqual([false, true]);
    });
  });
});
