import { describe, expect, it } from "vitest";
import { SPLIT_NAMES } from "../../../core/dataset/manifest.ts";
import { sql } from "./dataset-home.ts";
import { columnsOf, OFFERS, preparedOffers, targets } from "./shop-rows.ts";

describe("weights", () => {
  const weight = { from: ["shown"], expression: "shown / 2" };

  it("are stored and loaded beside the rows they belong to", async () => {
    const target = { ...targets.regression, expression: "amount" };
    const { home, datasetDigest, split } = await preparedOffers({ weight, target });

    expect(await columnsOf(home, datasetDigest)).toEqual([
      ["colour", "VARCHAR"],
      ["price", "FLOAT"],
      ["amount", "DOUBLE"],
      ["__weight", "DOUBLE"],
    ]);
    const pairs: number[][] = [];
    for (const name of SPLIT_NAMES) {
      const { labels, weights } = await split(name);
      for (const [row, label] of labels.entries()) pairs.push([label, weights?.[row] as number]);
    }
    const expected = await sql(`SELECT amount, shown / 2 FROM (${OFFERS})`);
    const sorted = (rows: readonly unknown[]) => rows.map(String).sort();
    expect(sorted(pairs)).toEqual(sorted(expected));
  });

  it("that cannot be one break their row", async () => {
    const odd = `SELECT * REPLACE (CASE price WHEN 1 THEN NULL WHEN 2 THEN -1 WHEN 3 THEN 9 ELSE shown END AS shown) FROM (${OFFERS})`;
    const { home } = await preparedOffers(
      { weight: { ...weight, expression: "CASE shown WHEN 9 THEN 'inf'::DOUBLE ELSE shown END" } },
      odd,
    );

    const reasons = "SELECT DISTINCT price, __reason FROM quarantine ORDER BY 1";
    expect(await home.quarantine(reasons)).toEqual([
      [1, "weight: not computable as a number"],
      [2, "weight: below 0"],
      [3, "weight: not finite"],
    ]);
  });

  it.each([
    ["text", "shown::VARCHAR", /weight.expression .* gives VARCHAR, not a number/],
    ["another column", "price", /reads price, which is not in weight.from \(shown\)/],
    ["chance", "random()", /calls random, whose result changes/],
    ["nonsense", "shown +", /write one DuckDB expression over shown that gives a finite number/],
  ])("fail if the expression is %s", async (_what, expression, message) => {
    const failed = preparedOffers({ weight: { ...weight, expression } });

    await expect(failed).rejects.toThrow(message);
    await expect(failed).rejects.toMatchObject({ issues: [{ path: "weight.expression" }] });
  });

  it("order rows that are equal but for them", async () => {
    const twins = `SELECT * REPLACE (part AS shown) FROM (${OFFERS}), (VALUES (1), (2), (3)) parts(part)`;

    const one = await preparedOffers({ weight }, `${twins} ORDER BY part`);
    const other = await preparedOffers({ weight }, `${twins} ORDER BY part DESC`);

    expect(other.datasetDigest).toBe(one.datasetDigest);
  });

  it("change the dataset", async () => {
    const plain = await preparedOffers({});
    const weighted = await preparedOffers({ weight });
    const other = await preparedOffers({ weight: { ...weight, expression: "0.5 * shown" } });
    const heavier = await preparedOffers(
      { weight },
      `SELECT * REPLACE (shown + 1 AS shown) FROM (${OFFERS})`,
    );

    const digests = [plain, weighted, other, heavier].map(({ datasetDigest }) => datasetDigest);
    expect(new Set(digests).size).toBe(4);
    // The rows are split by what they are, not by what they weigh.
    expect(weighted.rows).toEqual(plain.rows);
  });
});
