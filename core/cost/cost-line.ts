import type { PriceTable } from "./price-table.ts";
import { PRICE_UNITS, type PriceName, type RegionPrices } from "./prices.ts";

/** So much of something that AWS charges for. */
export interface Use {
  readonly item: string;
  readonly price: PriceName;
  /** In the price's unit; null where nothing was measured. */
  readonly quantity: number | null;
  /** How the quantity comes about, for people. */
  readonly how: string;
}

/** A use with what it costs. */
export interface CostLine extends Use {
  readonly unit: string;
  /** null: the region's price is not known. */
  readonly usdPerUnit: number | null;
  /** null: not measured, or no price. */
  readonly usd: number | null;
}

/** What a use costs: quantity times price. */
export function costLine(use: Use, prices: RegionPrices): CostLine {
  const usdPerUnit = prices[use.price] ?? null;
  const usd = use.quantity === null || usdPerUnit === null ? null : use.quantity * usdPerUnit;
  return { ...use, unit: PRICE_UNITS[use.price], usdPerUnit, usd };
}

/** Sum of what is known, and whether that is all. */
export function total(lines: readonly CostLine[]): {
  readonly usd: number;
  readonly isComplete: boolean;
} {
  return {
    usd: lines.reduce((sum, { usd }) => sum + (usd ?? 0), 0),
    isComplete: lines.every(({ usd }) => usd !== null),
  };
}

/** The same uses so many times, each with `how` followed by `times`. */
export const repeated = (uses: readonly Use[], count: number, times: string): readonly Use[] =>
  uses.map((use) => ({
    ...use,
    quantity: use.quantity === null ? null : use.quantity * count,
    how: `(${use.how}) × ${times}`,
  }));

/**
 * Lines of a whole month with what AWS gives for free each month taken off, first come first served.
 * What is free belongs to the account: other things in it use it up too.
 */
export function withoutFree(
  lines: readonly CostLine[],
  { freeEachMonth }: Pick<PriceTable, "freeEachMonth">,
): readonly CostLine[] {
  const left = new Map<string, number>(Object.entries(freeEachMonth));
  return lines.map((line) => {
    if (line.quantity === null || line.usdPerUnit === null) return line;
    const unused = left.get(line.price) ?? 0;
    const free = Math.min(unused, line.quantity);
    if (free === 0) return line;
    left.set(line.price, unused - free);
    const quantity = line.quantity - free;
    return { ...line, quantity, usd: quantity * line.usdPerUnit, how: `${line.how}, some free` };
  });
}
