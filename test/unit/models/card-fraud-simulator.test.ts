import { describe, expect, it } from "vitest";
import { kilometresBetween } from "../../../models/card-fraud/kilometres-between.ts";
import { makeDraws, runningSums } from "../../../models/card-fraud/simulator/draws.ts";
import { simulate } from "../../../models/card-fraud/simulator/simulate.ts";

const OPTIONS = { cards: 1_500, days: 40, seed: 1 };
const START = Date.parse("2026-01-01T00:00:00Z");
const DAY_MS = 86_400_000;

const simulation = simulate(OPTIONS);
const { world, purchases, reportedMs } = simulation;
const rows = Array.from({ length: purchases.rows }, (_, row) => row);

describe("the simulator of card purchases", () => {
  it("gives the same for the same seed, and something else for another", () => {
    expect(simulate(OPTIONS)).toEqual(simulation);
    expect(simulate({ ...OPTIONS, seed: 2 }).purchases.timeMs).not.toEqual(purchases.timeMs);
  });

  it("orders purchases by time, within the days asked for", () => {
    const { timeMs } = purchases;

    expect(timeMs).toEqual(timeMs.toSorted());
    expect(timeMs[0]).toBeGreaterThanOrEqual(START);
    expect(timeMs.at(-1)).toBeLessThan(START + OPTIONS.days * DAY_MS);
    expect(purchases.rows / OPTIONS.cards / OPTIONS.days).toBeCloseTo(1.3, 0);
  });

  it("lets holders sleep at night", () => {
    const inHour = (hour: number) =>
      rows.filter((row) => new Date(purchases.timeMs[row] as number).getUTCHours() === hour).length;

    expect(inHour(4)).toBeLessThan(inHour(12) / 10);
  });

  it("has few frauds, reported days later, but for some that nobody notices", () => {
    const frauds = rows.filter((row) => purchases.fraud[row] === 1);
    const reported = rows.filter((row) => !Number.isNaN(reportedMs[row]));
    const delays = reported.map(
      (row) => (reportedMs[row] as number) - Number(purchases.timeMs[row]),
    );
    const share = reported.length / frauds.length;

    expect(frauds.length / purchases.rows).toBeGreaterThan(0.0005);
    expect(frauds.length / purchases.rows).toBeLessThan(0.01);
    expect(reported.every((row) => purchases.fraud[row] === 1)).toBe(true);
    expect(share).toBeGreaterThan(0.88);
    expect(share).toBeLessThan(1);
    expect(Math.min(...delays)).toBeGreaterThan(DAY_MS / 4);
    expect(Math.max(...delays)).toBeLessThanOrEqual(45 * DAY_MS);
  });

  it("has frauds that come fast after each other on one card, and ones that lie at few merchants", () => {
    const frauds = rows.filter((row) => purchases.fraud[row] === 1);
    const within = (minutes: number, list: readonly number[]) =>
      list.filter((row, i) => {
        const before = list.findLast(
          (other, j) => j < i && purchases.card[other] === purchases.card[row],
        );
        if (before === undefined) return false;
        const gap = (purchases.timeMs[row] as number) - (purchases.timeMs[before] as number);
        return gap < minutes * 60_000;
      }).length / list.length;
    const byMerchant = Map.groupBy(frauds, (row) => purchases.merchant[row]);
    const largest = Math.max(...[...byMerchant.values()].map(({ length }) => length));

    expect(within(120, frauds)).toBeGreaterThan(0.4);
    expect(within(120, rows.slice(0, 2_000))).toBeLessThan(0.2);
    expect(largest).toBeGreaterThan(5 * (frauds.length / byMerchant.size));
  });

  it("puts merchants where their city is, and online ones too, which nobody visits", () => {
    expect(world.merchants.filter(({ online }) => online)).toHaveLength(300);
    expect(new Set(world.merchants.map(({ id }) => id)).size).toBe(world.merchants.length);
  });
});

describe("draws", () => {
  it("follow their distributions", () => {
    const draws = makeDraws(3);
    const many = (draw: () => number) => Array.from({ length: 20_000 }, draw);
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    const normal = many(draws.normal);
    const third = many(() => draws.weighted(runningSums([1, 2, 3])));

    expect(mean(many(draws.uniform))).toBeCloseTo(0.5, 2);
    expect(mean(normal)).toBeCloseTo(0, 1);
    expect(mean(normal.map((x) => x * x))).toBeCloseTo(1, 1);
    expect(mean(many(() => draws.poisson(2.5)))).toBeCloseTo(2.5, 1);
    expect(third.filter((place) => place === 2).length / third.length).toBeCloseTo(0.5, 1);
    expect(many(() => draws.logNormal(10, 0.5)).toSorted((a, b) => a - b)[10_000]).toBeCloseTo(
      10,
      0,
    );
  });
});

describe("kilometresBetween", () => {
  it("is the great circle", () => {
    // Paris and London: 344 km. Source: haversine of 48.8566 N 2.3522 E and 51.5074 N 0.1278 W by hand
    expect(kilometresBetween(48.8566, 2.3522, 51.5074, -0.1278)).toBeCloseTo(343.6, 0);
    expect(kilometresBetween(10, 20, 10, 20)).toBe(0);
    expect(kilometresBetween(0, 0, 0, 180)).toBeCloseTo(Math.PI * 6_371, 6);
  });
});
