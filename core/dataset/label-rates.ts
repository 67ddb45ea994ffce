import type { StoredDefinition } from "../definition/model-definition.ts";

/** Share of the training rows with one label that is kept. */
export interface LabelRate {
  /** The class's number; 0 for all rows of a regression. */
  readonly stratum: number;
  /** Rows that there are. */
  readonly rows: number;
  /** 0..1 */
  readonly rate: number;
}

/**
 * What `sampling` and `balance` keep of the training split: its share of every class but those of which
 * all is kept, then of each class at most `perRarest` rows for each row of the rarest.
 *
 * @param counts training rows by class number; all of them under 0 where there are no classes
 */
export function labelRates(
  { sampling, balance, target }: Pick<StoredDefinition, "sampling" | "balance" | "target">,
  counts: ReadonlyMap<number, number>,
): readonly LabelRate[] {
  const names = target.classes ?? ["0", "1"];
  const isWhole = (stratum: number) =>
    sampling?.keepAll?.includes(names[stratum] as string) === true;
  const share = sampling?.share ?? 1;
  const sampled = [...counts].map(([stratum, rows]) => ({
    stratum,
    rows,
    rate: target.type !== "regression" && isWhole(stratum) ? 1 : share,
  }));
  if (balance === undefined) return sampled;
  const rarest = Math.min(...sampled.map(({ rows, rate }) => rows * rate));
  return sampled.map(({ stratum, rows, rate }) => ({
    stratum,
    rows,
    rate: Math.min(rate, (balance.perRarest * rarest) / rows),
  }));
}
