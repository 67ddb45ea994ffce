import { describe, expect, it } from "vitest";
import type { TaskType } from "../../../core/definition/task.ts";
import type { TaskGraphOptions } from "../../fixtures/task-graph.ts";
import { CLASSES, taskWorld } from "../../fixtures/task-worlds.ts";
import { batchWorldOf } from "../batch/batch-world.ts";

/** Two flights at midnight of a Sunday, where hour and weekday are 0, and one that is broken. */
const ROWS = `
  SELECT TIMESTAMP '2001-06-03' AS date, distance::DOUBLE AS distance, 'ORD' AS origin, 'LAX' AS destination
  FROM (VALUES (1000), (-1), (2000)) rows(distance)`;

async function predicted(type: TaskType, options: TaskGraphOptions, file: string) {
  const world = await batchWorldOf(taskWorld(type, options));
  await world.putRows(file, ROWS);
  const report = await world.predict(file);
  const columns = await world.output(
    file,
    "SELECT column_name, column_type FROM (DESCRIBE result)",
  );
  return {
    report,
    columns: columns.map((column) => column.join(" ")),
    rows: await world.output(file),
    broken: await world.rejected(file, "SELECT __row, __reason FROM result"),
  };
}

describe.each(["a.parquet", "a.csv"])("the results of %s", (file) => {
  it("of classes are every class's probability and the class", async () => {
    const logits = { weights: { distance: [0, Math.log(2) / 1000, Math.log(5) / 1000] } };
    const { report, columns, rows, broken } = await predicted("multiclass", logits, file);

    expect(report).toMatchObject({ rows: 3, scored: 2, rejected: 1 });
    expect(columns).toEqual([
      "row BIGINT",
      "probability_early FLOAT",
      "probability_on time FLOAT",
      "probability_late, or never FLOAT",
      "label VARCHAR",
      "version INTEGER",
    ]);
    const near = (...probabilities: number[]) => probabilities.map((p) => expect.closeTo(p, 6));
    expect(rows).toEqual([
      [0n, ...near(1 / 8, 2 / 8, 5 / 8), CLASSES[2], 1],
      [2n, ...near(1 / 30, 4 / 30, 25 / 30), CLASSES[2], 1],
    ]);
    expect(broken).toEqual([[1n, "distance: below 0"]]);
  });

  it("of numbers are the number and each quantile", async () => {
    const numbers = { bias: [1, 0, 10], weights: { distance: [0.5, 0.25, 0.125] } };
    const { columns, rows } = await predicted("regression", numbers, file);

    expect(columns).toEqual([
      "row BIGINT",
      "prediction FLOAT",
      "quantile_0.1 FLOAT",
      "quantile_0.9 FLOAT",
      "version INTEGER",
    ]);
    expect(rows).toEqual([
      [0n, 501, 250, 135, 1],
      [2n, 1001, 500, 260, 1],
    ]);
  });

  it("of ranks are the score", async () => {
    const { columns, rows } = await predicted("ranking", { weights: { distance: [-0.5] } }, file);

    expect(columns).toEqual(["row BIGINT", "score FLOAT", "version INTEGER"]);
    expect(rows).toEqual([
      [0n, -500, 1],
      [2n, -1000, 1],
    ]);
  });
});

describe("a row that the graph gives no number for", () => {
  it.each(["multiclass", "regression", "ranking"] as const)(
    "of a %s model is rejected as it stands in the file; the others have their results",
    async (type) => {
      // Rows of no or a small distance score well, so that the version loads.
      const overflow = { weights: { distance: [1e305, 1e305, 1e305] } };
      const world = await batchWorldOf(taskWorld(type, overflow));
      await world.putRows(
        "a.parquet",
        `${ROWS.replace("(1000)", "(3000)")} UNION ALL BY NAME SELECT TIMESTAMP '2001-06-03' AS date, 0::DOUBLE AS distance, 'ORD' AS origin, 'LAX' AS destination`,
      );

      const report = await world.predict("a.parquet");

      expect(report).toMatchObject({ rows: 4, scored: 1, rejected: 3 });
      expect(await world.output("a.parquet", "SELECT row FROM result")).toEqual([[3n]]);
      const query = "SELECT __row, distance, origin, __reason FROM result ORDER BY __row";
      const reason = expect.stringMatching(/^its graph answered (NaN|-?Infinity), which is no /);
      expect(await world.rejected("a.parquet", query)).toEqual([
        [0n, 3000, "ORD", reason],
        [1n, -1, "ORD", "distance: below 0"],
        [2n, 2000, "ORD", reason],
      ]);
    },
  );
});
