import { type LabelRate, labelRates } from "../../core/dataset/label-rates.ts";
import type { KeptLabel } from "../../core/dataset/profile-weights.ts";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import { queryRows } from "../duckdb/query.ts";
import type { Duckdb } from "../duckdb/with-duckdb.ts";
import { coverStaged } from "./cover-staged.ts";
import { gathersQueries } from "./split-rule.ts";
import { STAGED } from "./stage-rows.ts";
import { STAGED_COLUMNS } from "./staged-columns.ts";

const { split, label, place, weight, group } = STAGED_COLUMNS;

/**
 * Leaves of the training split what the definition's `sampling` and `balance` keep of it. Each kept row
 * counts for as many as it stands for: its weight is divided by the share that was really kept of the
 * rows with its label, so that weights add up to the rows there were.
 *
 * @returns what is left of each label; nothing where all is left, and of a ranking
 */
export async function sampleTrain(
  { connection }: Pick<Duckdb, "connection">,
  definition: StoredDefinition,
): Promise<readonly KeptLabel[]> {
  const { sampling, balance, target } = definition;
  if (sampling === undefined && balance === undefined) return [];
  if (target.type === "ranking") {
    await coverStaged(connection, (rows) => sampledQueries(rows, definition));
    return [];
  }
  const isClass = target.type !== "regression";
  const stratum = isClass ? `${label}::INTEGER` : "0";
  const countWhere = async (kept: string) => {
    const rows = await queryRows(
      connection,
      `SELECT ${stratum}, count(*) FROM ${STAGED} WHERE ${split} = 0 AND ${kept} GROUP BY 1 ORDER BY 1`,
    );
    return new Map(rows.map(([of, count]) => [Number(of), Number(count)]));
  };
  const all = await countWhere("true");
  const rates = labelRates(definition, all);
  const isKept = `${place} < ${byLabel(rates, stratum, ({ rate }) => rate)}`;
  const kept = await countWhere(isKept);
  const factor = ({ stratum: of, rows }: LabelRate) => rows / (kept.get(of) ?? rows);
  const stoodFor = byLabel(rates, stratum, factor);
  await coverStaged(
    connection,
    (rows) =>
      `SELECT * REPLACE (CASE WHEN ${split} = 0 THEN ${weight} * ${stoodFor} ELSE ${weight} END AS ${weight}) FROM ${rows} WHERE ${split} IS DISTINCT FROM 0 OR ${isKept}`,
  );
  return rates.map(({ stratum: of, rows }) => ({ stratum: of, rows, kept: kept.get(of) ?? 0 }));
}

/** Queries are kept or left whole. */
function sampledQueries(rows: string, definition: StoredDefinition): string {
  const isLeft = `${place} >= ${definition.sampling?.share ?? 1}::DOUBLE`;
  const inTrain = gathersQueries(definition)
    ? `${group} IN (SELECT ${group} FROM ${rows} GROUP BY ${group} HAVING min(${split}) = 0)`
    : `${split} = 0`;
  return `SELECT * FROM ${rows} WHERE NOT coalesce(${isLeft} AND ${inTrain}, false)`;
}

const byLabel = (
  rates: readonly LabelRate[],
  stratum: string,
  numberOf: (rate: LabelRate) => number,
): string => {
  const cases = rates.map((rate) => `WHEN ${rate.stratum} THEN ${numberOf(rate).toExponential()}`);
  return `CASE ${stratum} ${cases.join(" ")} ELSE 1::DOUBLE END`;
};
