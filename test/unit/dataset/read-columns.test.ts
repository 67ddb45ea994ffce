import { expect, test } from "vitest";
import { eachTableChunk } from "../../../engine/dataset/read-columns.ts";
import { withDuckdb } from "../../../engine/duckdb/with-duckdb.ts";

const PIECE = 983_040;

test("a table is read in its order, whole pieces and parts of one alike", async () => {
  await withDuckdb({ threads: 2 }, async ({ connection }) => {
    for (const rows of [0, 1, PIECE, PIECE + 1]) {
      const numbers = "SELECT range::INTEGER AS a, -range::DOUBLE AS b";
      await connection.run(`CREATE OR REPLACE TABLE numbers AS ${numbers} FROM range(${rows})`);
      let next = 0;
      await eachTableChunk(connection, { table: "numbers", select: "a, b" }, ([a, b]) => {
        expect(a?.[0]).toBe(next);
        expect(b?.[0]).toBe(-next);
        next += a?.length ?? 0;
        expect(a?.[a.length - 1]).toBe(next - 1);
      });
      expect(next).toBe(rows);
    }
  });
});

test("who stops early, or asks for what is not there, can go on with the connection", async () => {
  await withDuckdb({ threads: 2 }, async ({ connection }) => {
    await connection.run(`CREATE TABLE numbers AS SELECT range::INTEGER AS a FROM range(${PIECE})`);
    const stop = eachTableChunk(connection, { table: "numbers", select: "a" }, () => {
      throw new Error("enough");
    });
    await expect(stop).rejects.toThrow("enough");
    const missing = eachTableChunk(connection, { table: "numbers", select: "b" }, () => {});
    await expect(missing).rejects.toThrow(/"b" not found/);
    const rows = await connection.runAndReadAll("SELECT count(*)::INTEGER FROM numbers");
    expect(rows.getRowsJS()).toEqual([[PIECE]]);
  });
});
