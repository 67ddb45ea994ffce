import { describe, expect, it } from "vitest";
import { contractColumns } from "../../../core/dataset/contract-columns.ts";
import type { ModelDefinition } from "../../../core/definition/model-definition.ts";
import { InvalidInputError } from "../../../core/errors.ts";
import { targetLabel } from "../../../engine/dataset/target-label.ts";
import { queryRows } from "../../../engine/duckdb/query.ts";
import { withDuckdb } from "../../../engine/duckdb/with-duckdb.ts";
import { definitionWith, fieldsWith } from "./dataset-home.ts";

const byOrigin = { by: "group", shares: { train: 0.6, validation: 0.2, test: 0.2 } } as const;

type Target = ModelDefinition["target"];

/** Labels of delays 10, 20 and missing, and of `cancelled` false, true and missing. */
const labels = (expression: string) => computed(expression, {}, "value");

function computed(
  expression: string,
  target: Partial<Target>,
  part: "value" | "failure",
): Promise<unknown[]> {
  const { definition } = definitionWith({
    fields: { ...fieldsWith({}), cancelled: { type: "boolean", role: "outcome" } },
    target: { name: "late", type: "binary", from: ["delay", "cancelled"], expression, ...target },
    split: { ...byOrigin, column: target.group ?? "origin" },
    candidates: [{ name: "boosting", family: "gradient-boosting" }],
    gates: {},
  });
  return withDuckdb({ threads: 1 }, async ({ connection }) => {
    const label = await targetLabel(connection, definition.target, contractColumns(definition));
    const rows = await queryRows(
      connection,
      `SELECT ${label[part](label.call)} FROM (VALUES (10::DOUBLE, false, 'x'), (20, true, 'x'), (NULL, NULL, 'x')) rows(delay, cancelled, origin)`,
    );
    return rows.flat();
  });
}

describe("targetLabel", () => {
  const classes: Partial<Target> = { type: "multiclass", classes: ["20.0", "10.0", "true"] };
  const number: Partial<Target> = { type: "regression" };
  const order: Partial<Target> = { type: "ranking", group: "origin" };

  it.each<[string, Partial<Target>, unknown[], unknown[]]>([
    ["delay", classes, [1, 0, null], [null, null, "not computable as one of target.classes"]],
    [
      "delay::INTEGER",
      classes,
      [null, null, null],
      [
        "not one of target.classes",
        "not one of target.classes",
        "not computable as one of target.classes",
      ],
    ],
    [
      "coalesce(cancelled, false)",
      classes,
      [null, 2, null],
      ["not one of target.classes", null, "not one of target.classes"],
    ],
    // Zero has no sign: equal labels have equal bytes.
    ["10 - delay", number, [0, -10, null], [null, null, "not computable as a number"]],
    ["-(delay - 10)", number, [0, -10, null], [null, null, "not computable as a number"]],
    ["-(delay - 10) / 10 * 0", order, [0, 0, null], [null, null, "not computable as a number"]],
    ["delay / 8", number, [1.25, 2.5, null], [null, null, "not computable as a number"]],
    [
      "CASE WHEN delay = 10 THEN 'nan'::DOUBLE WHEN delay = 20 THEN 'inf'::DOUBLE ELSE 1e300 END",
      number,
      [Number.NaN, Number.POSITIVE_INFINITY, 1e300],
      ["not finite", "not finite", "beyond 32-bit floats"],
    ],
    ["3.4028234663852886e38", number, Array(3).fill(3.4028234663852886e38), Array(3).fill(null)],
    ["coalesce(delay, 11)::HUGEINT", number, [10, 20, 11], [null, null, null]],
    ["delay", order, [10, 20, null], [null, null, "not computable as a number"]],
    ["cancelled", order, [0, 1, null], [null, null, "not computable as a number"]],
    [
      "CASE WHEN delay = 10 THEN 31 WHEN delay = 20 THEN 32 ELSE -1 END",
      order,
      [31, 32, -1],
      [null, "not a whole number from 0 to 31", "not a whole number from 0 to 31"],
    ],
    [
      "CASE WHEN delay = 10 THEN 0.5 WHEN delay = 20 THEN 'nan'::DOUBLE ELSE 0 END",
      order,
      [0.5, Number.NaN, 0],
      ["not a whole number from 0 to 31", "not a whole number from 0 to 31", null],
    ],
  ])("computes %s as %o", async (expression, target, values, failures) => {
    expect(await computed(expression, target, "value")).toEqual(values);
    expect(await computed(expression, target, "failure")).toEqual(failures);
  });

  it.each<[string, Partial<Target>, string, RegExp]>([
    ["text as a number", number, "delay::VARCHAR", /gives VARCHAR, not a number; .* finite number/],
    ["a class as a number", number, "delay > 3", /gives BOOLEAN, not a number/],
    ["text as a relevance", order, "'much'", /gives VARCHAR, not a number; .* from 0 to 31/],
    ["chance as a class", classes, "random()::VARCHAR", /calls random.* one of target.classes/],
  ])("takes no %s", async (_what, target, expression, message) => {
    await expect(computed(expression, target, "value")).rejects.toThrow(message);
  });

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
