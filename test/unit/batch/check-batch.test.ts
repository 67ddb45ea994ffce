import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CHECKED, checkBatchFile } from "../../../engine/batch/check-batch.ts";
import { scoreRows } from "../../../engine/batch/score-rows.ts";
import { writeRejected, writeScores } from "../../../engine/batch/write-results.ts";
import { queryRows } from "../../../engine/duckdb/query.ts";
import { sqlText } from "../../../engine/duckdb/sql.ts";
import { withDuckdb } from "../../../engine/duckdb/with-duckdb.ts";
import { model as flightDelay } from "../../../models/flight-delay/model.ts";
import { definitionWith } from "../dataset/dataset-home.ts";

/** A model with an id, an entity that its code reads, one that it does not, and values that may be missing. */
const loaded = definitionWith({
  source: { ...flightDelay.source, id: "flight" },
  fields: {
    flight: { type: "category", role: "ignored" },
    date: { type: "timestamp", role: "feature" },
    weight: { type: "number", role: "feature", required: false },
    cargo: { type: "boolean", role: "feature", required: false },
    gate: { type: "category", role: "feature", required: false },
    crew: { type: "integer", role: "entity", required: false },
    plane: { type: "category", role: "entity" },
    delay: { type: "number", role: "outcome" },
  },
  rowFeatures: {
    crewDigit: {
      type: "number",
      from: ["crew"],
      compute: ({ crew }) => (crew === null ? null : crew % 10),
    },
  },
});

const HEADER = "flight,date,weight,cargo,gate,crew";

/** Checks a csv file and scores it by a function, in one database. */
const checked = <T>(
  lines: readonly string[],
  use: (database: {
    readonly rows: (sql: string) => Promise<readonly (readonly unknown[])[]>;
    readonly write: (kind: "scores" | "rejected") => Promise<string>;
    readonly score: (scores: Float32Array) => Promise<number>;
  }) => Promise<T>,
) =>
  withDuckdb({ threads: 1 }, async (duckdb) => {
    const { connection, connect, directory } = duckdb;
    const path = join(directory, "a.csv");
    await writeFile(path, `${lines.join("\n")}\n`);
    const { columns, read } = await checkBatchFile(connection, { file: "a.csv", path, loaded });
    const { definition } = loaded;
    return use({
      rows: (sql) => queryRows(connection, sql),
      write: (kind) =>
        kind === "scores"
          ? writeScores(duckdb, { definition, version: 3 })
          : writeRejected(duckdb, { columns, read }),
      score: async (scores) => {
        const labels = Uint8Array.from(scores, (score) => (score > 0.5 ? 1 : 0));
        const version = {
          definition,
          score: async () => ({ scores, predictions: scores, labels }),
        };
        return (await scoreRows(connection, await connect(), version)).scored;
      },
    });
  });

describe("the columns of a batch's file", () => {
  it("become the graph's inputs, NaN and empty text for what is missing", async () => {
    const lines = [HEADER, "AA1,2001-06-01T00:10:00Z,1.1,true,B2,37", "AA2,2001-06-01,,,,"];

    const inputs = await checked(lines, ({ rows }) =>
      rows(
        `SELECT * EXCLUDE (__reason, __id) FROM (SELECT COLUMNS('__in_.*|__reason|__id') FROM ${CHECKED.rows})`,
      ),
    );

    // cargo, gate, weight, crewDigit
    expect(inputs).toEqual([
      [1, "B2", Math.fround(1.1), 7],
      [Number.NaN, "", Number.NaN, Number.NaN],
    ]);
  });

  it("must have the id and what the code reads, and need no entity that nothing reads", async () => {
    const { message } = (await checked(["date,weight"], async () => undefined).catch(
      (error: unknown) => error,
    )) as Error;

    const missing = [...message.matchAll(/column (\w+) is missing/g)].map(([, name]) => name);
    expect(missing.toSorted()).toEqual(["cargo", "crew", "flight", "gate"]);
  });
});

describe("results", () => {
  it("lie beside the ids of their rows; broken rows, also one without an id, lie apart", async () => {
    const lines = [
      HEADER,
      "AA1,2001-06-01,,,,",
      "AA2,2001-06-01,heavy,,,",
      ",2001-06-01,,,,",
      "AA4,2001-06-01,,,,",
    ];

    const [output, rejected] = await checked(lines, async ({ rows, score, write }) => {
      expect(await score(Float32Array.of(0.25, 0.75))).toBe(2);
      const read = async (kind: "scores" | "rejected", columns: string) =>
        rows(`SELECT ${columns} FROM read_parquet(${sqlText(await write(kind))})`);
      return [await read("scores", "*"), await read("rejected", "__row, flight, weight, __reason")];
    });

    expect(output).toEqual([
      [0n, "AA1", 0.25, 0, 3],
      [3n, "AA4", 0.75, 1, 3],
    ]);
    expect(rejected).toEqual([
      [1n, "AA2", "heavy", "weight: not a number"],
      [2n, null, null, "flight: missing"],
    ]);
  });
});
