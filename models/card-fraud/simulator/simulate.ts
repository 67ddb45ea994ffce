import { defraud } from "./defraud.ts";
import { type Draws, makeDraws } from "./draws.ts";
import { type Purchases, purchaseLog } from "./purchases.ts";
import { DAY_MS, spend } from "./spend.ts";
import { makeWorld, type World } from "./world.ts";

export interface SimulationOptions {
  readonly cards: number;
  readonly days: number;
  readonly seed: number;
}

/** What was simulated: who bought what where, and what holders reported. */
export interface Simulation {
  readonly world: World;
  /** Ordered by time; those behind the last day are cut off. */
  readonly purchases: Purchases;
  /** When the holder's report reached the bank, in milliseconds; NaN where there was none. */
  readonly reportedMs: Float64Array;
}

/** 2026-01-01T00:00:00Z. */
const START_MS = 1_767_225_600_000;

/** Frauds that holders notice, the median of days until they do, and how widely these spread. */
const REPORTED_SHARE = 0.95;
const MEDIAN_DELAY_DAYS = 6;
const DELAY_SIGMA = 0.7;
const LONGEST_DELAY_DAYS = 45;

/**
 * About 1.3 purchases a card and day, of which one in 250 is a fraud. Equal options give equal data,
 * on every machine.
 */
export function simulate({ cards, days, seed }: SimulationOptions): Simulation {
  const draws = makeDraws(seed);
  const world = makeWorld(draws, cards);
  const span = { startMs: START_MS, days };
  const log = purchaseLog();
  spend(draws, world, log, span);
  defraud(draws, world, log, span);
  const purchases = untilEnd(log.sorted(), START_MS + days * DAY_MS);
  return { world, purchases, reportedMs: reports(draws, purchases) };
}

function untilEnd(all: Purchases, endMs: number): Purchases {
  const end = all.timeMs.findIndex((time) => time >= endMs);
  if (end < 0) return all;
  const { timeMs, card, merchant, amount, fraud } = all;
  return {
    rows: end,
    timeMs: timeMs.subarray(0, end),
    card: card.subarray(0, end),
    merchant: merchant.subarray(0, end),
    amount: amount.subarray(0, end),
    fraud: fraud.subarray(0, end),
  };
}

function reports(draws: Draws, { rows, timeMs, fraud }: Purchases): Float64Array {
  const reported = new Float64Array(rows).fill(Number.NaN);
  for (let row = 0; row < rows; row++) {
    if (fraud[row] === 0 || !draws.chance(REPORTED_SHARE)) continue;
    const days = Math.min(LONGEST_DELAY_DAYS, draws.logNormal(MEDIAN_DELAY_DAYS, DELAY_SIGMA));
    reported[row] = Math.floor(((timeMs[row] as number) + days * DAY_MS) / 1_000) * 1_000;
  }
  return reported;
}
