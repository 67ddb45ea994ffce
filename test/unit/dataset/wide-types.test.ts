import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { beforeAll, describe, expect, it } from "vitest";
import type { FieldType } from "../../../core/definition/model-definition.ts";
import { checkedRows } from "../../../engine/dataset/checked-rows.ts";
import { mayBe } from "../../../engine/dataset/field-types.ts";
import { columnsOf, queryRows } from "../../../engine/duckdb/query.ts";

let connection: DuckDBConnection;
beforeAll(async () => {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
});

/** The value as text, or what is wrong with it, of one value of a source. */
async function checked(
  type: FieldType,
  sql: string,
  rules: {
    readonly values?: string[];
    readonly required?: boolean;
    readonly maxLength?: number;
  } = {},
): Promise<unknown> {
  const query = `SELECT ${sql} AS x`;
  const types = await columnsOf(connection, query);
  const duckdbType = types.get("x") ?? "";
  if (!["VARCHAR", "JSON"].includes(duckdbType) && !mayBe(type, duckdbType)) return "refused";
  const column = { name: "x", type, role: "feature", required: true, maxLength: 20, ...rules };
  const rows = checkedRows(query, types, { columns: [column as never], features: [] });
  const [row] = await queryRows(connection, `SELECT __reason, x::VARCHAR FROM (${rows})`);
  return row?.[0] ?? row?.[1];
}

describe("values of sources", () => {
  it.each<[FieldType, string, unknown]>([
    ["number", "12.50::DECIMAL(38, 10)", "12.5"],
    ["number", "170141183460469231731687303715884105727::HUGEINT", "1.7014118346046923e+38"],
    ["integer", "9007199254740991::UBIGINT", "9007199254740991"],
    ["integer", "9007199254740992::HUGEINT", "x: beyond 53 bits"],
    ["timestamp", "DATE '2001-02-03'", "2001-02-03 00:00:00"],
    ["timestamp", "TIMESTAMP_NS '2001-02-03 04:05:06.123456789'", "2001-02-03 04:05:06.123456"],
    ["timestamp", "TIMESTAMP_S '2001-02-03 04:05:06'", "2001-02-03 04:05:06"],
    ["timestamp", "TIMESTAMPTZ '2001-02-03 04:05:06+02'", "2001-02-03 02:05:06"],
    ["timestamp", "'2001-02-03T04:05:06+02:00'", "2001-02-03 02:05:06"],
    ["timestamp", `'"2001-02-03T04:05:06Z"'::JSON`, "2001-02-03 04:05:06"],
    ["timestamp", "'981173106'::JSON", "x: not a timestamp"],
    ["boolean", "'true'", "true"],
    ["boolean", "'TRUE'", "true"],
    ["boolean", "'1'", "true"],
    ["boolean", "'yes'", "true"],
    ["boolean", "'false'", "false"],
    ["boolean", "'False'", "false"],
    ["boolean", "'0'", "false"],
    ["boolean", "'no'", "false"],
    ["boolean", "'maybe'", "x: not true or false"],
    ["boolean", "'true'::JSON", "true"],
    ["boolean", "1", "refused"],
    ["number", "'1e3'::JSON", "1000.0"],
    ["number", `'"7"'::JSON`, "7.0"],
    ["number", "'[1]'::JSON", "x: not a number"],
    ["number", "'null'::JSON", "x: missing"],
    ["category", `'"a"'::JSON`, "a"],
    ["category", "'[1]'::JSON", "x: not a text"],
    ["category", "'{}'::JSON", "x: not a text"],
    ["tags", "['b', 'a', 'b']", "a|b"],
    ["tags", "['\u{1F600}', '\uFFFD']", "\uFFFD|\u{1F600}"],
    ["tags", "[]::VARCHAR[]", null],
    ["tags", "'b|a'", "a|b"],
    ["tags", `'["b","a"]'::JSON`, "a|b"],
    ["tags", "'[]'::JSON", null],
    ["tags", `'["a",1]'::JSON`, "x: not a list of texts"],
    ["tags", `'"a"'::JSON`, "x: not a list of texts"],
    ["tags", "'null'::JSON", "x: missing"],
    ["tags", "NULL::VARCHAR[]", "x: missing"],
    ["tags", "['a', NULL]", "x: has an empty tag"],
    ["tags", "'a||b'", "x: has an empty tag"],
    ["tags", "['a|b']", "x: has a tag with |"],
    ["tags", "['12345678901', '1234567890']", "x: longer than 20"],
    ["tags", "[1]", "refused"],
  ])("read %s from %s as %s", async (type, sql, expected) => {
    expect(await checked(type, sql)).toEqual(expected);
  });

  it("refuse tags that are not allowed, and take missing ones where they may be", async () => {
    expect(await checked("tags", "'s|m'", { values: ["s", "m"] })).toBe("m|s");
    expect(await checked("tags", "'s|xl'", { values: ["s", "m"] })).toBe(
      "x: has a tag that is not an allowed value",
    );
    expect(await checked("tags", "NULL::VARCHAR", { required: false })).toBe(null);
  });
});
