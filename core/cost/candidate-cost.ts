import type { StoredDefinition } from "../definition/model-definition.ts";
import { costLine, total } from "./cost-line.ts";
import { priceTable } from "./price-table.ts";
import { trainUses } from "./training-cost.ts";

/** Where trainings are paid for. */
export interface PricedAt {
  readonly region: string;
  readonly architecture: "x86_64" | "arm64";
}

/**
 * What one training costs at the place that its definition trains at: compute, and what comes with it.
 *
 * @returns USD; null where a price of the region is not known
 */
export function trainingUsd(
  training: StoredDefinition["compute"]["training"],
  { region, architecture }: PricedAt,
  durationMs: number,
): number | null {
  const prices = priceTable().regions[region]?.prices ?? {};
  const uses = trainUses(training, architecture, [durationMs]);
  const { usd, isComplete } = total(uses.map((use) => costLine(use, prices)));
  return isComplete ? usd : null;
}
