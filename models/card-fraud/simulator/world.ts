import { type Draws, runningSums } from "./draws.ts";

/** A place on the map, in degrees. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/** What is sold, at which median price in EUR, how widely prices spread, and its share of purchases. */
export const CATEGORIES = [
  { name: "groceries", median: 32, sigma: 0.6, share: 30 },
  { name: "restaurant", median: 28, sigma: 0.6, share: 18 },
  { name: "fuel", median: 48, sigma: 0.35, share: 10 },
  { name: "transport", median: 9, sigma: 0.7, share: 12 },
  { name: "clothing", median: 55, sigma: 0.7, share: 9 },
  { name: "pharmacy", median: 18, sigma: 0.6, share: 8 },
  { name: "cash", median: 80, sigma: 0.6, share: 5 },
  { name: "electronics", median: 140, sigma: 0.9, share: 4 },
  { name: "travel", median: 190, sigma: 0.8, share: 3 },
  { name: "jewellery", median: 220, sigma: 0.9, share: 1 },
] as const;

export interface Merchant {
  readonly id: string;
  /** Place in `CATEGORIES`. */
  readonly category: number;
  /** How its prices lie to those of its category. */
  readonly priceLevel: number;
  readonly city: number;
  readonly place: Place;
  readonly online: boolean;
}

export interface Card {
  readonly id: string;
  readonly city: number;
  readonly purchasesPerDay: number;
  /** How its amounts lie to what others spend. */
  readonly spending: number;
  /** Share of purchases made online. */
  readonly onlineShare: number;
}

export interface World {
  readonly cards: readonly Card[];
  readonly merchants: readonly Merchant[];
  /** Merchants with a counter, by city, with running sums of how often each is visited. */
  readonly counters: readonly Visits[];
  readonly online: Visits;
  readonly cities: number;
}

/** Some merchants, and running sums of how often each is visited. */
export interface Visits {
  readonly merchants: readonly number[];
  readonly sums: Float64Array;
}

const CITIES = 40;
const MERCHANTS_A_CITY = 60;
const ONLINE_MERCHANTS = 300;

/** Cities between 41 and 55 degrees north and 5 west to 20 east, the larger ones with more cards. */
export function makeWorld(draws: Draws, cardCount: number): World {
  const places = Array.from({ length: CITIES }, () => ({
    latitude: 41 + 14 * draws.uniform(),
    longitude: -5 + 25 * draws.uniform(),
  }));
  const sizes = runningSums(places.map((_, i) => 1 / (i + 2)));
  const shares = runningSums(CATEGORIES.map(({ share }) => share));

  const merchants: Merchant[] = [];
  const addMerchant = (city: number, online: boolean): number => {
    const { latitude, longitude } = places[city] as Place;
    const index = merchants.length;
    merchants.push({
      id: `m${String(index).padStart(4, "0")}`,
      category: draws.weighted(shares),
      priceLevel: draws.logNormal(1, 0.25),
      ...{ city, online },
      place: {
        latitude: rounded(latitude + 0.08 * draws.normal()),
        longitude: rounded(longitude + 0.12 * draws.normal()),
      },
    });
    return index;
  };
  const counters = places.map((_, city) =>
    visits(Array.from({ length: MERCHANTS_A_CITY }, () => addMerchant(city, false))),
  );
  const online = visits(
    Array.from({ length: ONLINE_MERCHANTS }, () => addMerchant(draws.weighted(sizes), true)),
  );
  const cards = Array.from(
    { length: cardCount },
    (_, i): Card => ({
      id: `c${String(i).padStart(5, "0")}`,
      city: draws.weighted(sizes),
      purchasesPerDay: Math.min(8, draws.logNormal(1.1, 0.6)),
      spending: draws.logNormal(1, 0.4),
      onlineShare: 0.05 + 0.4 * draws.uniform() ** 2,
    }),
  );
  return { cards, merchants, counters, online, cities: CITIES };
}

/** The first of a city are visited most, as Zipf's law says. */
const visits = (merchants: readonly number[]): Visits => ({
  merchants,
  sums: runningSums(merchants.map((_, i) => 1 / (i + 1))),
});

/** To about 10 metres. */
const rounded = (degrees: number): number => Math.round(degrees * 10_000) / 10_000;
