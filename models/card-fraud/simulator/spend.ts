import { type Draws, runningSums } from "./draws.ts";
import type { PurchaseLog } from "./purchases.ts";
import { CATEGORIES, type Card, type Merchant, type World } from "./world.ts";

export const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** How likely a purchase is in each hour of the day: asleep at night, most at noon and after work. */
const HOURS = runningSums([
  1, 0.5, 0.3, 0.2, 0.2, 0.5, 1.5, 4, 6, 6, 6, 7, 9, 8, 6, 6, 7, 9, 10, 9, 7, 5, 3, 2,
]);

/** A traveller's days away, and the chance of a day to be the first of them. */
const TRIP_CHANCE = 1 / 70;
const LONGEST_TRIP = 8;

/** Everything that cards' holders buy, day by day: at home, on trips, online. */
export function spend(
  draws: Draws,
  world: World,
  log: PurchaseLog,
  span: { readonly startMs: number; readonly days: number },
): void {
  for (const [index, card] of world.cards.entries()) {
    let city = card.city;
    let daysAway = 0;
    for (let day = 0; day < span.days; day++) {
      if (daysAway > 0) daysAway--;
      else if (draws.chance(TRIP_CHANCE)) {
        daysAway = 1 + draws.whole(LONGEST_TRIP);
        city = draws.whole(world.cities);
      } else city = card.city;
      for (let n = draws.poisson(card.purchasesPerDay); n > 0; n--) {
        const at = span.startMs + day * DAY_MS + timeOfDay(draws);
        const merchant = pickMerchant(draws, world, card, city);
        const amount = amountAt(draws, world.merchants[merchant] as Merchant) * card.spending;
        log.add({ timeMs: at, card: index, merchant, amount, fraud: false });
      }
    }
  }
}

/** Milliseconds since midnight. */
const timeOfDay = (draws: Draws): number => (draws.weighted(HOURS) + draws.uniform()) * HOUR_MS;

function pickMerchant(draws: Draws, world: World, card: Card, city: number): number {
  const isOnline = draws.chance(card.onlineShare);
  const visited = isOnline ? world.online : world.counters[city];
  if (visited === undefined) throw new Error(`there is no city ${city}`);
  return visited.merchants[draws.weighted(visited.sums)] as number;
}

/** What one purchase there costs. */
export function amountAt(draws: Draws, { category, priceLevel }: Merchant): number {
  const { median, sigma } = CATEGORIES[category] as (typeof CATEGORIES)[number];
  return draws.logNormal(median * priceLevel, sigma);
}
