import type { Draws } from "./draws.ts";
import type { PurchaseLog } from "./purchases.ts";
import { amountAt, DAY_MS } from "./spend.ts";
import type { Merchant, World } from "./world.ts";

const MINUTE_MS = 60_000;

/** Cards of a thousand that are stolen, and that are used once in a while unnoticed, each 30 days. */
const STOLEN_PER_THOUSAND = 9;
const QUIET_PER_THOUSAND = 4;
/** Rings for each 30 days. */
const RINGS_A_MONTH = 3;
/** Share of the cards seen at a breached merchant that a ring uses. */
const VICTIM_SHARE = 0.12;
const MOST_VICTIMS_SHARE = 0.01;

interface Span {
  readonly startMs: number;
  readonly days: number;
}

/** Purchases that no holder made: stolen cards, rings of merchants, and single quiet ones. */
export function defraud(draws: Draws, world: World, log: PurchaseLog, span: Span): void {
  const months = span.days / 30;
  const episodes = (perThousand: number) =>
    Math.max(1, Math.round((world.cards.length / 1_000) * perThousand * months));
  const rings = Array.from({ length: Math.max(1, Math.round(RINGS_A_MONTH * months)) }, () =>
    makeRing(draws, world, span),
  );
  // before other frauds, so that a breach is seen by holders' own visits
  const victims = victimsOf(draws, world, log, rings);
  for (const [i, ring] of rings.entries()) useVictims(draws, log, ring, victims[i] ?? []);
  for (let n = episodes(STOLEN_PER_THOUSAND); n > 0; n--) stealCard(draws, world, log, span);
  for (let n = episodes(QUIET_PER_THOUSAND); n > 0; n--) buyQuietly(draws, world, log, span);
}

/** One or two test purchases of next to nothing, then a burst of large ones within hours, far from home. */
function stealCard(draws: Draws, world: World, log: PurchaseLog, { startMs, days }: Span): void {
  const card = draws.whole(world.cards.length);
  let timeMs = startMs + draws.uniform() * days * DAY_MS;
  const add = (merchant: number, amount: number) =>
    log.add({ timeMs, card, merchant, amount, fraud: true });
  for (let n = 1 + draws.whole(2); n > 0; n--) {
    add(anyOf(draws, world.online.merchants), 0.5 + 4 * draws.uniform());
    timeMs += draws.logNormal(12, 0.6) * MINUTE_MS;
  }
  const city = draws.whole(world.cities);
  for (let n = 2 + draws.poisson(4); n > 0; n--) {
    const isOnline = draws.chance(0.45);
    const merchant = anyOf(
      draws,
      isOnline ? world.online.merchants : (world.counters[city]?.merchants ?? []),
    );
    add(merchant, 1.8 * amountAt(draws, world.merchants[merchant] as Merchant) + 20);
    timeMs += draws.logNormal(25, 0.8) * MINUTE_MS;
  }
}

/** Merchants that copy cards, merchants that charge the copies later, and when. */
interface Ring {
  readonly breached: ReadonlySet<number>;
  readonly breachMs: readonly [from: number, until: number];
  readonly outlets: readonly number[];
}

function makeRing(draws: Draws, world: World, { startMs, days }: Span): Ring {
  const from = startMs + draws.uniform() * Math.max(1, days - 20) * DAY_MS;
  const local = world.counters[draws.whole(world.cities)]?.merchants ?? [];
  return {
    breached: new Set([anyOf(draws, local), anyOf(draws, local)]),
    breachMs: [from, from + 10 * DAY_MS],
    outlets: Array.from({ length: 3 }, () => anyOf(draws, world.online.merchants)),
  };
}

/** Of each ring, the cards that were copied: some of those that paid there while it was breached. */
function victimsOf(
  draws: Draws,
  { cards }: World,
  log: PurchaseLog,
  rings: readonly Ring[],
): readonly (readonly number[])[] {
  const seen = rings.map(() => new Set<number>());
  log.each((card, merchant, timeMs) => {
    for (const [i, { breached, breachMs }] of rings.entries()) {
      if (!breached.has(merchant) || timeMs < breachMs[0] || timeMs >= breachMs[1]) continue;
      seen[i]?.add(card);
    }
  });
  const most = Math.max(2, Math.round(cards.length * MOST_VICTIMS_SHARE));
  return seen.map((set) => [...set].filter(() => draws.chance(VICTIM_SHARE)).slice(0, most));
}

/** Each copy is charged a few times, 5 to 25 days after the breach, at the ring's own outlets. */
function useVictims(
  draws: Draws,
  log: PurchaseLog,
  { breachMs, outlets }: Ring,
  victims: readonly number[],
): void {
  for (const card of victims) {
    let timeMs = breachMs[1] + (5 + 20 * draws.uniform()) * DAY_MS;
    for (let n = 1 + draws.poisson(1.5); n > 0; n--) {
      const amount = draws.logNormal(85, 0.5);
      log.add({ timeMs, card, merchant: anyOf(draws, outlets), amount, fraud: true });
      timeMs += draws.logNormal(300, 1) * MINUTE_MS;
    }
  }
}

/** A single online purchase of a common size: hardly to be told from the holder's own. */
function buyQuietly(draws: Draws, world: World, log: PurchaseLog, { startMs, days }: Span): void {
  const merchant = anyOf(draws, world.online.merchants);
  log.add({
    timeMs: startMs + draws.uniform() * days * DAY_MS,
    card: draws.whole(world.cards.length),
    merchant,
    amount: 1.4 * amountAt(draws, world.merchants[merchant] as Merchant),
    fraud: true,
  });
}

function anyOf(draws: Draws, list: readonly number[]): number {
  const found = list[draws.whole(list.length)];
  if (found === undefined) throw new Error("nothing to choose from");
  return found;
}
