import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contractColumns } from "../../../core/dataset/contract-columns.ts";
import { rowWeight } from "../../../engine/dataset/row-weight.ts";
import { queryRows } from "../../../engine/duckdb/query.ts";
import { withDuckdb } from "../../../engine/duckdb/with-duckdb.ts";
import { offersDefinition } from "./shop-rows.ts";

/** What becomes of some values of `shown` as weights: the value, and why it is none. */
function weigh(values: readonly number[]) {
  const weight = { from: ["shown"], expression: "shown" };
  const columns = contractColumns(offersDefinition({ weight }).definition);
  return withDuckdb({ threads: 1 }, async ({ connection }) => {
    const { call, value, failure } = await rowWeight(connection, weight, columns);
    const rows = values
      .map((number) => `('${Object.is(number, -0) ? "-0" : number}'::DOUBLE)`)
      .join(", ");
    const sql = `SELECT ${value(call)}, ${failure(call)} FROM (VALUES ${rows}) rows(shown)`;
    return queryRows(connection, sql);
  });
}

describe("rowWeight", () => {
  it("takes every finite number of 0 or more as it is, and no other", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.double(), { minLength: 1, maxLength: 40 }), async (numbers) => {
        const weighed = await weigh(numbers);
        for (const [i, number] of numbers.entries()) {
          const [value, failure] = weighed[i] ?? [];
          expect(failure === null).toBe(Number.isFinite(number) && number >= 0);
          expect(value).toBe(number + 0);
        }
      }),
      { numRuns: 20 },
    );
  });

  it("takes the sign from zero", async () => {
    expect(await weigh([-0])).toEqual([[0, null]]);
  });
});
