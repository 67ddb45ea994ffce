import { z } from "zod";
import { InvalidInputError } from "../errors.ts";
import shippedPrices from "./prices.json" with { type: "json" };
import { PRICE_NAMES, type PriceName, type RegionPrices } from "./prices.ts";

const priceName = z.enum(PRICE_NAMES as readonly [PriceName, ...PriceName[]]);
const positiveByName = z.partialRecord(priceName, z.number().positive());

const priceTableSchema = z
  .strictObject({
    currency: z.literal("USD"),
    /** Each price is of one page. */
    sources: z.array(
      z.strictObject({
        /** Title of AWS's page. */
        page: z.string().min(1),
        lookedUpOn: z.iso.date(),
        /** Where the number stood, and of when it is. */
        basis: z.string().min(1),
        prices: z.array(priceName).min(1),
      }),
    ),
    /** Units a month that AWS gives every account for ever. */
    freeEachMonth: positiveByName,
    regions: z.record(
      z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "must be a region such as eu-central-1"),
      z.strictObject({
        prices: positiveByName,
        /** Prices that could not be looked up for this region. */
        notFound: z.array(priceName),
      }),
    ),
  })
  .superRefine(({ sources, regions }, context) => {
    const sourced = sources.flatMap(({ prices }) => prices).toSorted();
    if (sourced.join() !== PRICE_NAMES.toSorted().join()) {
      context.addIssue({ code: "custom", path: ["sources"], message: "must name each price once" });
    }
    for (const [region, { prices, notFound }] of Object.entries(regions)) {
      const named = [...Object.keys(prices), ...notFound].toSorted();
      if (named.join() === PRICE_NAMES.toSorted().join()) continue;
      const message = "must have each price, or name it in notFound";
      context.addIssue({ code: "custom", path: ["regions", region], message });
    }
  });

export type PriceTable = Readonly<z.output<typeof priceTableSchema>>;

/** @throws {InvalidInputError} naming the first wrong place */
export function parsePriceTable(value: unknown): PriceTable {
  const parsed = priceTableSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InvalidInputError(
    `price table is wrong: ${issue?.path.join(".") || "(root)"}: ${issue?.message}`,
  );
}

/** The table that comes with Millrace. */
export const priceTable = (): PriceTable => parsePriceTable(shippedPrices);

/** @throws {InvalidInputError} if the table does not have the region */
export function pricesOf({ regions }: PriceTable, region: string): RegionPrices {
  const found = regions[region];
  if (found) return found.prices as RegionPrices;
  throw new InvalidInputError(
    `there are no prices of ${region}; there are ${Object.keys(regions).join(", ")}, or give your own with --prices`,
  );
}

const DAY_MS = 86_400_000;

/**
 * Says that prices are old.
 *
 * @param today date, YYYY-MM-DD
 * @returns `undefined` while the oldest price was looked up within 365 days
 */
export function ageWarning(
  { sources }: Pick<PriceTable, "sources">,
  today: string,
): string | undefined {
  const [oldest] = sources.map(({ lookedUpOn }) => lookedUpOn).toSorted();
  if (oldest === undefined) return undefined;
  const days = Math.floor((Date.parse(today) - Date.parse(oldest)) / DAY_MS);
  if (days <= 365) return undefined;
  return `prices were looked up on ${oldest}, ${days} days ago; check them, or give your own with --prices`;
}
