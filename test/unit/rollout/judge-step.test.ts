import { describe, expect, it } from "vitest";
import { judgeStep } from "../../../core/rollout/judge-step.ts";
import { planOf, type RolloutPlan, waitSeconds } from "../../../core/rollout/rollout-plan.ts";
import type { TrafficCounts } from "../../../core/rollout/traffic-counts.ts";

const PLAN: RolloutPlan = planOf(undefined, { minutes: 10, minPredictions: 100 });
const MINUTE = 60_000;

/** A canary and a champion that do the same. */
const counts = (
  canary: Partial<TrafficCounts["canary"]> = {},
  champion: Partial<TrafficCounts["champion"]> = {},
): TrafficCounts => ({
  canary: { predictions: 1_000, failures: 0, latencyP99Ms: 4, scores: [250, 500, 250], ...canary },
  champion: { predictions: 9_000, latencyP99Ms: 4, scores: [2_250, 4_500, 2_250], ...champion },
});

describe("judgeStep", () => {
  it.each([
    ["all holds for the step's minutes", counts(), 10, "passed", "1000 predictions, 0 failed"],
    ["all holds, but not long enough", counts(), 9, "waiting", "a step lasts 10 minutes"],
    ["there are too few predictions", counts({ predictions: 99 }), 11, "waiting", "needs 100"],
    ["there are too few for three times", counts({ predictions: 99 }), 30, "failed", "needs 100"],
    // 1% of 1,010 is 10.1
    ["as many fail as may", counts({ failures: 10 }), 10, "passed", "10 failed"],
    ["more fail than may", counts({ failures: 11 }), 1, "failed", "1.09% of 1011 failed; 1% may"],
    // of the first hundred one may
    ["the first fails", counts({ predictions: 0, failures: 1 }), 1, "waiting", "1 failed"],
    ["the first two fail", counts({ predictions: 0, failures: 2 }), 1, "failed", "100% of 2"],
    ["it is slow", counts({ latencyP99Ms: 9.5 }), 1, "failed", "9.5 ms, the champion's 4.0 ms"],
    ["it is twice as slow by little", counts({ latencyP99Ms: 8.9 }), 10, "passed", ""],
    [
      "it is slower by little of much",
      counts({ latencyP99Ms: 90 }, { latencyP99Ms: 50 }),
      10,
      "passed",
      "",
    ],
    [
      "its scores differ",
      counts({ scores: [800, 100, 100] }),
      1,
      "failed",
      "PSI is 1.417, above 0.250",
    ],
    [
      "the champion has too few",
      counts({ latencyP99Ms: 99 }, { predictions: 99 }),
      10,
      "passed",
      "",
    ],
  ])("where %s", (_name, given, minutes, verdict, why) => {
    const judged = judgeStep(PLAN, given, minutes * MINUTE);
    expect(judged).toMatchObject({ verdict });
    expect(judged.why).toContain(why);
  });

  it("does not take for drift what chance does to few predictions", () => {
    // PSI 0.198: above 0.1, below what a hundred rows a side differ by once in a thousand, 0.223
    const few = counts(
      { predictions: 100, scores: [8, 92] },
      { predictions: 100, scores: [24, 76] },
    );
    const shifted = judgeStep({ ...PLAN, maxScorePsi: 0.1 }, few, 10 * MINUTE);
    expect(shifted.verdict).toBe("passed");
    const many = counts({ scores: [80, 920] }, { scores: [2_160, 6_840] });
    expect(judgeStep({ ...PLAN, maxScorePsi: 0.1 }, many, 10 * MINUTE).verdict).toBe("failed");
  });
});

describe("a plan", () => {
  it("is the definition's, but for what the order says", () => {
    const serving = { rollout: { ...PLAN, steps: [0.5], minutes: 30 } };
    const plan = planOf(serving as Parameters<typeof planOf>[0], { minutes: 2 });

    expect(plan).toMatchObject({ steps: [0.5], minutes: 2, minPredictions: 100 });
    expect(planOf(undefined, { steps: [1] })).toMatchObject({ steps: [1], minutes: 15 });
  });

  it("is checked ten times a step, and once a second at most", () => {
    expect([15, 1_440, 0.05].map((minutes) => waitSeconds({ minutes }))).toEqual([90, 8_640, 1]);
  });
});
