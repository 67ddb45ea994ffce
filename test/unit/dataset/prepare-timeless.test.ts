import { describe, expect, it } from "vitest";
import { datasetHome } from "./dataset-home.ts";
import { byTime, columnsOf, OFFERS, offersDefinition, preparedOffers, timed } from "./shop-rows.ts";

describe("rows without time and id", () => {
  it("are in one order, whatever order they came in, and split by what they hold", async () => {
    const one = await preparedOffers({});
    const other = await preparedOffers({}, `SELECT * FROM (${OFFERS}) ORDER BY hash(price)`);

    expect(other.datasetDigest).toBe(one.datasetDigest);
    expect(one.rows.train).toBeGreaterThan(200);
    const ordered = `SELECT list(row(colour, price)) = list_sort(list(row(colour, price))) FROM dataset`;
    expect(await one.home.rows(one.datasetDigest, ordered, "train")).toEqual([[true]]);
  });

  it("are another dataset than the same rows with time", async () => {
    const without = await preparedOffers({});
    const timely = await preparedOffers({ source: timed("offers.parquet"), split: byTime });

    expect(timely.datasetDigest).not.toBe(without.datasetDigest);
    expect(await columnsOf(timely.home, timely.datasetDigest)).toContainEqual([
      "__event_time",
      "TIMESTAMP",
    ]);
  });

  it("are told apart by their time if they have one, ignored as it is otherwise", async () => {
    const equal = `SELECT * REPLACE (1 AS price, 'red' AS colour, 's1' AS search, 'a' AS grade, 1 AS amount) FROM (${OFFERS})`;

    const { rows } = await preparedOffers({ source: timed("offers.parquet") }, equal);

    expect(rows.train).toBeGreaterThan(200);
    expect(rows.test).toBeGreaterThan(100);
    // Without it there are but four kinds of rows, by clicks.
    const without = await preparedOffers({}, equal).catch(() => ({ rows: { train: 0 } }));
    expect(without.rows.train % 150).toBe(0);
  });

  it("fail where a split stays empty", async () => {
    const split = { by: "hash", shares: { train: 0.5, validation: 0.5, test: 0 } } as const;

    await expect(preparedOffers({ split })).rejects.toThrow(/the test split has no rows/);
  });

  it("cannot be split by time, even by a definition that was not checked", async () => {
    const home = await datasetHome();
    await home.source(OFFERS, "offers.parquet");
    const loaded = offersDefinition();
    const split = { by: "time", validationFrom: "2001-04-03", testFrom: "2001-04-04" } as const;

    const failed = home.prepare({ ...loaded, definition: { ...loaded.definition, split } });

    await expect(failed).rejects.toThrow(/split by time needs source.eventTime/);
  });
});
