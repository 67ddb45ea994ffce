import { describe, expect, it } from "vitest";
import { contractColumns } from "../../../core/dataset/contract-columns.ts";
import { InvalidInputError } from "../../../core/errors.ts";
import { targetLabel } from "../../../engine/dataset/target-label.ts";
import { queryRows } from "../../../engine/duckdb/query.ts";
import { withDuckdb } from "../../../engine/duckdb/with-duckdb.ts";
import { definitionWith, fieldsWith } from "./dataset-home.ts";

/** Labels of delays 10, 20 and missing, and of `cancelled` false, true and missing. */
function labels(expression: string, from = ["delay", "cancelled"]): Promise<unknown[]> {
  const { definition } = definitionWith({
    fields: { ...fieldsWith({}), cancelled: { type: "boolean", role: "outcome" } },
    target: { name: "late", type: "binary", from, expression },
  });
  return withDuckdb({ threads: 1 }, async ({ connection }) => {
    const label = await targetLabel(connection, definition.target, contractColumns(definition));
    const rows = await queryRows(
      connection,
      `SELECT ${label.value(label.call)} FROM (VALUES (10::DOUBLE, false, 'x'), (20, true, 'x'), (NULL, NULL, 'x')) rows(delay, cancelled, origin)`,
    );
    return rows.flat();
  });
}

describe("targetLabel", () => {
  it.each<[string, unknown[]]>([
    ["delay > 15", [0, 1, null]],
    ["cancelled", [0, 1, null]],
    ["coalesce(cancelled, true) OR delay > 15", [0, 1, 1]],
    ["delay / 10 - 1", [0, 1, null]],
    ["delay", [null, null, null]],
    ["CASE WHEN delay > 15 THEN 1 ELSE 0 END -- late", [0, 1, 0]],
    ["(delay::INTEGER // 0) > 1", [null, null, null]],
    ["delay::VARCHAR = '10.0'", [1, 0, null]],
    ["list_contains([10, 30], delay)", [1, 0, null]],
  ])("computes %s", async (expression, expected) => {
    expect(await labels(expression)).toEqual(expected);
  });

  it.each([
    ["another column of the row", "origin = 'ORD'", /reads origin, which is not in target.from/],
    ["a column that is nowhere", "lateness > 15", /reads lateness/],
    ["a variable of the session", "current_date > DATE '2020-01-01'", /./],
    ["a query", "delay > (SELECT 15)", /holds a query/],
    ["a file", "delay > (SELECT count(*) FROM read_csv('/etc/passwd'))", /holds a query/],
    ["another statement", "delay > 15; SELECT 1", /is not one expression/],
    ["two columns", "delay > 15, 1", /is not one expression/],
    ["a FROM", "delay > 15 FROM staged", /is not one expression/],
    ["a way out of its brackets", "delay > 15) OR (true", /write one DuckDB expression/],
    ["a star", "count(*) > 1", /./],
    ["every column", "COLUMNS(*) > 1", /holds a query or a \*/],
    ["an aggregate", "avg(delay) > 15", /aggregates/],
    ["a window", "lag(delay) OVER () > 15", /window/],
    ["chance", "random() > 0.5", /calls random, whose result changes/],
    ["the clock", "delay > epoch(now())", /calls now/],
    ["text", "delay::VARCHAR", /gives VARCHAR, not true or false/],
    ["a type that is no number", "DATE '2001-01-01'", /gives DATE/],
    ["broken syntax", "delay >", /write one DuckDB expression/],
    ["an unknown function", "lateness(delay)", /write one DuckDB expression/],
  ])("fails on %s", async (_what, expression, message) => {
    const failed = labels(expression);

    await expect(failed).rejects.toThrow(InvalidInputError);
    await expect(failed).rejects.toThrow(message);
    await expect(failed).rejects.toMatchObject({ issues: [{ path: "target.expression" }] });
  });
});
