import { describe, expect, it } from "vitest";
import {
  checkConservation,
  type LambdaOutcome,
  type LambdaScenario,
} from "../../../bench/scale/lambda-scenario.ts";
import { daily, nextArrival, ramp, steady } from "../../../bench/scale/load.ts";
import { simulateLambda } from "../../../bench/scale/simulate-lambda.ts";

/** A function without limits, warm, that takes 100 ms. */
const scenario = (changes: Partial<LambdaScenario> = {}): LambdaScenario => ({
  ...{ load: steady(100), mostPerSecond: 100, durationS: 100 },
  ...{ serviceS: () => 0.1, coldStartS: 0, warm: 0, keepAliveS: 1e9 },
  ...{ concurrencyQuota: 1e6, requestsPerConcurrency: 1e6 },
  ...{ scalingPerSecond: 1e6, scalingBurst: 1e6, attempts: 1, backoffS: 0.1, seed: 1 },
  ...changes,
});

/** Share of calls lost by so many servers at so much offered load, by Erlang's recursion. */
function erlangB(servers: number, offered: number): number {
  let lost = 1;
  for (let n = 1; n <= servers; n++) lost = (offered * lost) / (n + offered * lost);
  return lost;
}

describe("simulateLambda", () => {
  it("occupies what Little's law says: rate x duration", () => {
    const outcome = simulateLambda(scenario({ load: steady(1_000), mostPerSecond: 1_000 }));

    // 1,000/s x 0.1 s = 100 at a time; 100,000 Poisson arrivals are within 1% (3 sigma).
    expect(outcome.arrivals / 100_000).toBeCloseTo(1, 1);
    expect(outcome.busyS / 100).toBeGreaterThan(99);
    expect(outcome.busyS / 100).toBeLessThan(101);
    expect(outcome.answered).toBe(outcome.arrivals);
    expect(outcome.p50Ms).toBeGreaterThan(99);
    expect(outcome.p50Ms).toBeLessThan(101);
  });

  it.each([
    ["constant", () => 0.1],
    ["exponential", (random: () => number) => -0.1 * Math.log(1 - random())],
  ])("loses what Erlang's formula B says, durations being %s", (_name, serviceS) => {
    const load = { load: steady(100), mostPerSecond: 100, durationS: 1_000 };
    const { arrivals, throttled } = simulateLambda(
      scenario({ ...load, serviceS, concurrencyQuota: 10 }),
    );
    // Hand-computed: B(1, 1) = 1/2, B(2, 1) = 1/5, B(10, 10) = 0.2146.
    const expected = erlangB(10, 10);

    expect([erlangB(1, 1), erlangB(2, 1)]).toEqual([0.5, 0.2]);
    expect(expected).toBeCloseTo(0.2146, 4);
    // Losses come in bursts: five times the deviation of independent ones.
    const deviation = Math.sqrt((expected * (1 - expected)) / arrivals);
    expect(Math.abs(throttled / arrivals - expected)).toBeLessThan(5 * deviation);
  });

  it("reaches N environments at once up to 1,000, then 100 a second, scaled by 1/10", () => {
    const step = { load: steady(400), mostPerSecond: 400, durationS: 60, serviceS: () => 1e6 };
    const slow = { ...step, scalingPerSecond: 10, scalingBurst: 100, concurrencyQuota: 500 };
    const outcome = simulateLambda(scenario(slow));

    // Nothing ends: 100 at once and 10 a second, so 500 after (500 - 100) / 10 = 40 s.
    expect(outcome.peakEnvironments).toBe(500);
    expect(simulateLambda(scenario({ ...slow, durationS: 39 })).peakEnvironments).toBe(489);
    expect(outcome.arrivals - outcome.throttled).toBe(500);
  });

  it("admits ten requests per second for each concurrency of the quota, however short they are", () => {
    const short = { serviceS: () => 0.001, load: steady(1_000), mostPerSecond: 1_000 };
    const outcome = simulateLambda(
      scenario({ ...short, concurrencyQuota: 50, requestsPerConcurrency: 10 }),
    );

    // 50 x 10 = 500 of 1,000 a second, and the bucket's 500.
    expect(outcome.answered).toBeGreaterThan(50_000);
    expect(outcome.answered).toBeLessThanOrEqual(50_501);
    expect(outcome.peakConcurrency).toBeLessThan(50);
  });

  it("works on no more at a time than the quota, however many are warm", () => {
    const outcome = simulateLambda(scenario({ warm: 100, concurrencyQuota: 8 }));

    expect(outcome.peakConcurrency).toBe(8);
    expect(outcome.throttled).toBeGreaterThan(0);
  });

  it("starts cold where nothing is warm, and again after the time that instances are kept", () => {
    const rare = { load: steady(1), mostPerSecond: 1, serviceS: () => 0.001, coldStartS: 0.5 };
    const kept = simulateLambda(scenario(rare));
    const forgotten = simulateLambda(scenario({ ...rare, keepAliveS: 0.5 }));

    expect(kept.coldStarts).toBe(1);
    expect(simulateLambda(scenario({ ...rare, warm: 1 })).coldStarts).toBe(0);
    // P(gap > 0.5 s) = exp(-0.5) = 0.61, and the cold start itself takes 0.5 s.
    expect(forgotten.coldStarts / forgotten.arrivals).toBeGreaterThan(0.5);
    expect(forgotten.p99Ms).toBeGreaterThan(495);
  });

  it("answers by retries what a step has throttled", () => {
    const step = { concurrencyQuota: 12, serviceS: () => 0.1 };
    const once = simulateLambda(scenario(step));
    const often = simulateLambda(scenario({ ...step, attempts: 6, backoffS: 0.5 }));

    expect(often.throttled / often.arrivals).toBeLessThan(once.throttled / once.arrivals / 5);
    expect(often.attempts).toBeGreaterThan(often.arrivals);
  });

  it("counts what is shed, what fails without features, and what has a fallback", () => {
    const features = { readUnits: 1.5, tableUnitsPerSecond: 75, hasFallback: false };
    const failing = simulateLambda(scenario({ features }));
    const falling = simulateLambda(scenario({ features: { ...features, hasFallback: true } }));

    // 75 units/s are 50 of 100 requests/s; the bucket has 75 more.
    expect(failing.answered / failing.arrivals).toBeCloseTo(0.5, 1);
    expect([falling.failed, falling.withFallback]).toEqual([0, failing.failed]);
    expect(simulateLambda(scenario({ shedAbove: 10 })).shed).toBeGreaterThan(0);
  });

  it("gives equal outcomes for equal seeds only", () => {
    const outcomes = [1, 1, 2].map((seed) => simulateLambda(scenario({ seed })));

    expect(outcomes[0]).toEqual(outcomes[1]);
    expect(outcomes[0]).not.toEqual(outcomes[2]);
  });

  it("fails when a request is lost", () => {
    const { ...outcome }: LambdaOutcome = simulateLambda(scenario());

    expect(() => checkConservation(outcome)).not.toThrow();
    expect(() => checkConservation({ ...outcome, answered: outcome.answered - 1 })).toThrow(
      "requests came",
    );
  });
});

describe("loads", () => {
  it("has the mean of a day that the formula says: C(2n, n) / 4^n", () => {
    const hours = Array.from({ length: 24 * 60 }, (_, minute) => minute / 60);
    const meanOf = (n: number) =>
      hours.reduce((sum, hour) => sum + daily(1, n, 24)(hour), 0) / hours.length;

    expect(meanOf(1)).toBeCloseTo(0.5, 9);
    expect(meanOf(2)).toBeCloseTo(0.375, 9);
    expect(meanOf(23)).toBeCloseTo(0.117, 3);
    expect(daily(7, 23, 24)(12)).toBe(7);
  });

  it("rises on a straight line", () => {
    const load = ramp({ from: 10, to: 30, fromS: 100, overS: 10 });

    expect([0, 100, 105, 110, 200].map(load)).toEqual([10, 10, 20, 30, 30]);
  });

  it("ends where a load has ended for good", () => {
    const over = { load: steady(0), most: 10, until: 100 };

    expect(nextArrival(0, over, () => 0.5)).toBe(Number.POSITIVE_INFINITY);
  });
});
