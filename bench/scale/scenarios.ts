import { ASSUMED } from "./assumptions.ts";
import { AS_IS, occupiedMs, type Way } from "./demand.ts";
import type { LambdaOutcome, LambdaScenario } from "./lambda-scenario.ts";
import { LIMITS } from "./limits.ts";
import { daily, type Load, ramp, steady } from "./load.ts";
import { drawFrom, type MeasuredInputs, meanOf, requestOf } from "./measured-inputs.ts";
import { simulateLambda } from "./simulate-lambda.ts";

/** One row of the page's table of simulations. */
export interface Story {
  readonly what: string;
  readonly way: Way;
  /** Requests/s as a function of the peak's. */
  readonly load: (peak: number) => Load;
  readonly durationS: number;
  /** Accounts, each with its quota, and functions in all of them; requests are spread evenly. */
  readonly quota: number;
  readonly functions: number;
  readonly warm?: number;
  readonly tableReadUnits?: number;
  readonly attempts?: number;
  /** Everything by so much smaller: rates, quotas and scaling alike. Noise is larger for it. */
  readonly scale: number;
}

const rows = (count: number, readsFeatures = false): Way => ({
  ...AS_IS,
  rows: count,
  readsFeatures,
});
const atOnce = (peak: number): Load => steady(peak);
const inTenMinutes = (peak: number): Load => ramp({ from: 0, to: peak, fromS: 0, overS: 600 });
const DAY_S = 86_400;
/** Mean 0.117 of the peak, as DoorDash's in 2021. */
const ONE_DAY = (peak: number): Load => daily(peak, 23, DAY_S);
const RAISED = ASSUMED.raisedConcurrency;

export const STORIES: readonly Story[] = [
  {
    ...{ what: "1 row, an account as it is given, all at once", way: rows(1), load: atOnce },
    ...{ durationS: 10, quota: LIMITS.concurrency.value, functions: 1, scale: 1_000 },
  },
  {
    ...{ what: "1 row, 68 accounts of 10,000, one function each, all at once", way: rows(1) },
    ...{ load: atOnce, durationS: 120, quota: 68 * RAISED, functions: 68, scale: 10_000 },
  },
  {
    ...{ what: "10 rows, 7 accounts, one function each, all at once", way: rows(10) },
    ...{ load: atOnce, durationS: 120, quota: 7 * RAISED, functions: 7, scale: 1_000 },
  },
  {
    ...{ what: "100 rows, one account of 10,000, one function, all at once", way: rows(100) },
    ...{ load: atOnce, durationS: 120, quota: RAISED, functions: 1, scale: 100 },
  },
  {
    ...{ what: "the same without retries", way: rows(100), attempts: 1 },
    ...{ load: atOnce, durationS: 120, quota: RAISED, functions: 1, scale: 100 },
  },
  {
    ...{ what: "the same over 10 minutes instead of at once", way: rows(100) },
    ...{ load: inTenMinutes, durationS: 720, quota: RAISED, functions: 1, scale: 100 },
  },
  {
    ...{ what: "100 rows, 8 functions in one account, all at once", way: rows(100) },
    ...{ load: atOnce, durationS: 120, quota: RAISED, functions: 8, scale: 100 },
  },
  {
    ...{ what: "100 rows, 7,500 environments provisioned, all at once", way: rows(100) },
    ...{ load: atOnce, durationS: 60, quota: RAISED, functions: 1, warm: 7_500, scale: 100 },
  },
  {
    ...{ what: "100 rows, features read, a table of 40,000 units/s", way: rows(100, true) },
    ...{ load: atOnce, durationS: 60, quota: RAISED, functions: 1, warm: 7_500, scale: 100 },
    tableReadUnits: LIMITS.tableReadUnits.value,
  },
  {
    ...{ what: "100 rows, a day with one evening peak, one function", way: rows(100) },
    ...{ load: ONE_DAY, durationS: DAY_S, quota: RAISED, functions: 1, scale: 2_000 },
  },
];

/** Runs a story, by its scale smaller, at a peak of so many predictions a second. */
export function tell(measured: MeasuredInputs, story: Story, peak: number): LambdaOutcome {
  return simulateLambda(scenarioOf(measured, story, peak));
}

function scenarioOf(measured: MeasuredInputs, story: Story, peak: number): LambdaScenario {
  const { way, scale, functions } = story;
  const most = peak / way.rows / scale;
  const perTen = LIMITS.environmentsPerTenSeconds.value / scale;
  const durations = requestOf(measured, way.rows).msTwentieths;
  const added = occupiedMs(measured, way) - meanOf(durations) * way.slowdown;
  const unitsOfRequest = (way.rows * ASSUMED.entities) / 2;
  return {
    ...{ load: story.load(most), mostPerSecond: most, durationS: story.durationS },
    serviceS: (random) => (drawFrom(durations, random()) * way.slowdown + added) / 1_000,
    coldStartS: (measured.coldStartMs * way.slowdown + ASSUMED.sandboxMs) / 1_000,
    concurrencyQuota: story.quota / scale,
    requestsPerConcurrency: LIMITS.requestsPerConcurrency.value,
    scalingPerSecond: (functions * perTen) / 10,
    // At least one, or nothing would ever start.
    scalingBurst: Math.max(1, functions * perTen),
    warm: Math.round((story.warm ?? 0) / scale),
    keepAliveS: ASSUMED.keepAliveS,
    ...{ attempts: story.attempts ?? 4, backoffS: 0.1 },
    ...(story.tableReadUnits !== undefined && {
      features: {
        readUnits: unitsOfRequest,
        tableUnitsPerSecond: story.tableReadUnits / scale,
        hasFallback: true,
      },
    }),
    seed: 6_800_000,
  };
}
