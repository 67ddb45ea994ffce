import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answerText } from "../../../cli/sql.ts";
import type { PredictionRecord } from "../../../core/inference/prediction-record.ts";
import { storageKeys } from "../../../core/storage-keys.ts";
import { predictionsParquet } from "../../../engine/predictions/predictions-parquet.ts";
import { queryLog } from "../../../engine/predictions/query-log.ts";

const INPUTS = { x: "number", distance: "number" } as const;

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "millrace-log-"));
  const twice = record({ predictionId: "a-0", time: "2026-11-23T10:00:00.000Z", score: 0.25 });
  const other = record({ predictionId: "a-1", time: "2026-11-23T10:00:01.000Z", score: 0.75 });
  await write("first", [twice, other]);
  // The queue delivers a message again.
  await write("second", [twice]);
  await write("third", [record({ predictionId: "b-0", time: "2026-11-24T11:00:00.000Z" })]);
  await write("fourth", [{ ...twice, model: "weather", predictionId: "c-0" }]);
  // From before there were routes and callers.
  const old = join(root, storageKeys.predictions("ancient", "2026-01-01", "10", "old"));
  await mkdir(dirname(old), { recursive: true });
  await writeFile(
    old,
    new Uint8Array(
      parquetWriteBuffer({
        columnData: [
          { name: "predictionId", data: ["d-0"], type: "STRING" },
          { name: "alias", data: ["champion"], type: "STRING" },
          { name: "feature_y", data: [3], type: "DOUBLE" },
        ],
      }),
    ),
  );
});

afterAll(() => rm(root, { recursive: true, force: true }));

/** @param sql `<log>` stands for the one directory that DuckDB may touch */
const ask = (sql: string, mostRows = 100) =>
  queryLog({
    root,
    sql: sql.replace("<log>", join(root, "predictions")),
    ...{ mostRows, memoryLimit: "200MB" },
  });

describe("the prediction log, asked in SQL", () => {
  it.each([
    ["each prediction once", "SELECT count(*), sum(score) FROM flight_delay", [[3n, 1.5]]],
    [
      "a day's, by Athena's names of tables and columns",
      `SELECT predictionid, feature_x FROM predictions_flight_delay WHERE "date" = '2026-11-24'`,
      [["b-0", 7]],
    ],
    [
      "all models'",
      "SELECT model, count(*), max(insteadOf) FROM predictions GROUP BY model ORDER BY model",
      [
        ["ancient", 1n, null],
        ["flight-delay", 3n, null],
        ["weather", 1n, null],
      ],
    ],
    [
      "an old file's route by its alias, and nothing where it has no column",
      `SELECT route, caller, feature_y, "date" FROM ancient`,
      [["champion", null, 3, "2026-01-01"]],
    ],
    [
      "the same among all models'",
      "SELECT route, caller FROM predictions WHERE model = 'ancient'",
      [["champion", null]],
    ],
  ])("sees %s", async (_what, sql, rows) => {
    expect((await ask(sql)).rows).toEqual(rows);
  });

  it("understands every question of its page", async () => {
    const page = await readFile("docs/prediction-log.md", "utf8");
    const [, block = ""] = /```sql\n(.*?)```/s.exec(page) ?? [];
    const questions = block.split(";\n").filter((question) => question.trim() !== "");

    expect(questions).toHaveLength(10);
    for (const question of questions) {
      expect((await ask(question)).columns.length, question).toBeGreaterThan(1);
    }
  });

  it("gives as many rows as are wanted, and says that there are more", async () => {
    expect(await ask("SELECT 1 FROM predictions", 2)).toMatchObject({
      rows: [[1], [1]],
      isCut: true,
    });
  });

  it.each([
    ["", /the query is empty/],
    ["SELEC 1", /cannot be asked: syntax error at or near "SELEC"/],
    ["SELECT 1; SELECT 2", /one SELECT is asked at a time, got 2 statements/],
    ["SELECT * FROM nope", /nope does not exist.*there are the tables predictions, .*weather/s],
    ["SELECT nope FROM weather", /"nope" not found/],
    ["COPY (SELECT 1) TO '<log>/x.csv'", /ask a SELECT, not COPY/],
    ["EXPLAIN ANALYZE COPY (SELECT 1) TO '<log>/x.csv'", /ask a SELECT, not EXPLAIN/],
    ["ATTACH 'x.db'", /ask a SELECT, not ATTACH/],
    ["INSTALL httpfs", /ask a SELECT, not LOAD/],
    ["SET enable_external_access = true", /ask a SELECT, not SET/],
    ["DROP VIEW predictions", /ask a SELECT, not DROP/],
    ["SELECT * FROM read_text('/etc/hosts')", /Cannot access file "\/etc\/hosts"/],
  ])("refuses %j", async (sql, message) => {
    await expect(ask(sql)).rejects.toThrow(message);
    await expect(ask(sql)).rejects.toHaveProperty("name", "InvalidInputError");
  });

  it("ends a query that takes too long, and says what to do", async () => {
    const endless = "SELECT count(*) FROM range(1000000) a, range(1000000) b, predictions";
    const asked = queryLog({
      root,
      sql: endless,
      mostRows: 1,
      memoryLimit: "200MB",
      timeoutMs: 200,
    });
    await expect(asked).rejects.toThrow(/took longer than 0.2 s; ask less of it/);
    await expect(asked).rejects.toHaveProperty("name", "InvalidInputError");
  });

  it("names a file that cannot be read", async () => {
    const broken = await mkdtemp(join(tmpdir(), "millrace-broken-"));
    const key = storageKeys.predictions("shop", "2026-01-01", "10", "cut");
    await mkdir(dirname(join(broken, key)), { recursive: true });
    await writeFile(join(broken, key), "PAR1 and no more of it");

    const asked = queryLog({ root: broken, sql: "SELECT 1 FROM shop", mostRows: 1 });

    await expect(asked).rejects.toThrow(/cannot be asked: .*cut/);
    await expect(asked).rejects.toHaveProperty("name", "InvalidInputError");
    await rm(broken, { recursive: true });
  });

  it("says that nothing is logged", async () => {
    const empty = queryLog({ root: join(root, "none"), sql: "SELECT 1", mostRows: 1 });
    await expect(empty).rejects.toThrow(/no prediction is logged in .*none/);
  });
});

describe("an answer as text", () => {
  const columns = ["n", "t", "s"];
  const rows = [
    [2n ** 60n, new Date(0), 'a "b", c'],
    [3n, null, null],
  ];

  it.each([
    ["csv", 'n,t,s\n1152921504606846976,1970-01-01T00:00:00.000Z,"a ""b"", c"\n3,,'],
    [
      "table",
      'n                    t                         s\n1152921504606846976  1970-01-01T00:00:00.000Z  a "b", c\n3                    -                         -',
    ],
  ] as const)("is %s", (format, text) => {
    expect(answerText({ columns, rows }, format)).toBe(text);
  });

  it("is JSON", () => {
    expect(JSON.parse(answerText({ columns, rows }, "json"))[1]).toEqual({
      n: 3,
      t: null,
      s: null,
    });
  });
});

function record(some: Pick<PredictionRecord, "predictionId" | "time"> & { score?: number }) {
  return {
    ...{ model: "flight-delay", version: 1, alias: "champion", requestId: "r", score: 0.5 },
    ...{ features: { x: 7 }, latencyMs: 1, ...some },
  } satisfies PredictionRecord;
}

async function write(name: string, records: readonly PredictionRecord[]): Promise<void> {
  const { model, time } = records[0] as PredictionRecord;
  const key = storageKeys.predictions(model, time.slice(0, 10), time.slice(11, 13), name);
  await mkdir(dirname(join(root, key)), { recursive: true });
  await writeFile(join(root, key), predictionsParquet({ inputs: INPUTS, records }));
}
