import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  parsePredictionMessage,
  predictionMessages,
} from "../../../core/inference/prediction-message.ts";
import type { PredictionRecord } from "../../../core/inference/prediction-record.ts";
import { queryRows } from "../../../engine/duckdb/query.ts";
import { withDuckdb } from "../../../engine/duckdb/with-duckdb.ts";
import { predictionsParquet } from "../../../engine/predictions/predictions-parquet.ts";
import { sha256 } from "../../../engine/sha256.ts";
import { makeHandler } from "../../../functions/log-predictions/handler.ts";
import { memoryObjects } from "../../fixtures/memory-object-store.ts";

const TRACE_ID = "1-5759e988-bd862e3fe1be46a994272793";

const INPUTS = { distance: "number", origin: "category", gate: "category" } as const;

const record = (id: string, changes: Partial<PredictionRecord> = {}): PredictionRecord => ({
  predictionId: id,
  time: "2001-06-03T23:59:59.250Z",
  model: "flight-delay",
  version: 1,
  alias: "champion",
  requestId: "request-1",
  features: { distance: 100.5, origin: "ORD", gate: null },
  score: 0.25,
  label: 0,
  latencyMs: 1.5,
  ...changes,
});

const message = (...records: PredictionRecord[]) =>
  predictionMessages({ inputs: INPUTS, records })[0] ?? "";

function setUp() {
  const store = memoryObjects();
  const logged: object[] = [];
  const handler = makeHandler({
    store,
    encode: predictionsParquet,
    sha256,
    log: (line) => void logged.push(line),
  });
  const deliver = (...bodies: string[]) =>
    handler({
      Records: bodies.map((body, i) => ({ messageId: `m${i}`, body })),
    } as Parameters<typeof handler>[0]);
  return { ...store, logged, deliver };
}

describe("log-predictions", () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "millrace-test-"));
  });

  afterEach(() => rm(directory, { recursive: true, force: true }));

  /** Rows of all files, by DuckDB, in the zone of a machine far from UTC. */
  async function readAll(objects: ReadonlyMap<string, Uint8Array>, select: string) {
    let n = 0;
    for (const bytes of objects.values()) {
      n += 1;
      await writeFile(join(directory, `${n}.parquet`), bytes);
    }
    return withDuckdb({ threads: 1 }, async ({ connection }) => {
      await connection.run("SET TimeZone = 'Asia/Tokyo'");
      const files = `read_parquet('${directory}/*.parquet', union_by_name = true)`;
      return queryRows(connection, `SELECT ${select} FROM ${files} ORDER BY "predictionId"`);
    });
  }

  it("writes what DuckDB reads back, under the hour of the prediction", async () => {
    const { objects, deliver } = setUp();

    const answer = await deliver(message(record("a"), record("b", { score: 0.75, label: 1 })));

    expect(answer).toEqual({ batchItemFailures: [] });
    const [key] = [...objects.keys()];
    expect(key).toMatch(
      /^predictions\/model=flight-delay\/date=2001-06-03\/hour=23\/[0-9a-f]{64}\.parquet$/,
    );
    const columns = `"predictionId", CAST("time" AS VARCHAR), typeof("time"), model, version, alias,
      "requestId", score, label, "latencyMs", feature_distance, feature_origin, feature_gate,
      typeof(feature_gate)`;
    const fixed = ["2001-06-03 23:59:59.25", "TIMESTAMP", "flight-delay", 1, "champion"];
    const features = [1.5, 100.5, "ORD", null, "VARCHAR"];
    expect(await readAll(objects, columns)).toEqual([
      ["a", ...fixed, "request-1", 0.25, 0, ...features],
      ["b", ...fixed, "request-1", 0.75, 1, ...features],
    ]);
  });

  it("keeps the trace of a request, and is read together with files that have no such column", async () => {
    const { objects, deliver } = setUp();
    const older = parquetWriteBuffer({
      columnData: [{ name: "predictionId", data: ["older"], type: "STRING" }],
    });

    await deliver(message(record("a", { traceId: TRACE_ID }), record("b")));
    const files = new Map([...objects, ["predictions/older.parquet", new Uint8Array(older)]]);

    expect(await readAll(files, `"predictionId", "traceId"`)).toEqual([
      ["a", TRACE_ID],
      ["b", null],
      ["older", null],
    ]);
  });

  it("keeps versions with different inputs apart, and they are read together", async () => {
    const { objects, deliver } = setUp();
    const other = predictionMessages({
      inputs: { hour: "number" },
      records: [record("b", { version: 2, features: { hour: 17 } })],
    });

    await deliver(message(record("a")), ...other);

    expect(objects.size).toBe(2);
    expect(await readAll(objects, "version, feature_distance, feature_hour")).toEqual([
      [1, 100.5, null],
      [2, null, 17],
    ]);
  });

  it("writes the same file when the batch comes again, in any order", async () => {
    const { objects, deliver } = setUp();

    await deliver(message(record("a")), message(record("b")));
    const before = new Map(objects);
    await deliver(message(record("b")), message(record("a")));

    expect(objects).toEqual(before);
  });

  it("writes a prediction once that is twice in the batch", async () => {
    const { objects, deliver } = setUp();

    await deliver(message(record("a")), message(record("a"), record("b")));

    expect(await readAll(objects, "count(*) OVER ()")).toEqual([[2n], [2n]]);
  });

  it.each([
    ["no JSON", "{"],
    ["another message", `{"records":[]}`],
    ["a model that is a path", message(record("a", { model: "../../models" }))],
    ["a time that is none", message(record("a", { time: "yesterday" }))],
  ])("fails %s alone, and says so", async (_name, body) => {
    const { objects, logged, deliver } = setUp();

    const answer = await deliver(message(record("a")), body);

    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: "m1" }] });
    expect(objects.size).toBe(1);
    expect(logged).toEqual([expect.objectContaining({ level: "error", messageId: "m1" })]);
  });
});

describe("predictionMessages", () => {
  it("splits records so that a message stays below 200 KB", () => {
    const origin = "é".repeat(1_000);
    const features = { distance: 1, origin, gate: null };
    const records = Array.from({ length: 250 }, (_, i) => record(`p${i}`, { features }));

    const bodies = predictionMessages({ inputs: INPUTS, records });

    const sizes = bodies.map((body) => Buffer.byteLength(body));
    expect(sizes.length).toBe(3);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(200_000);
    expect(bodies.flatMap((body) => parsePredictionMessage(body).records)).toEqual(records);
  });

  it("sends a record that is larger than that alone", () => {
    const features = { distance: 1, origin: "x".repeat(300_000), gate: null };

    const bodies = predictionMessages({
      inputs: INPUTS,
      records: [record("a"), record("b", { features }), record("c")],
    });

    expect(bodies.map((body) => parsePredictionMessage(body).records.length)).toEqual([1, 1, 1]);
  });

  it("writes what rows have in common once, and gives each back as it was", () => {
    const caller = "shop";
    const records = [
      record("r-0", { caller, fallbacks: ["origin"] }),
      record("r-1", { caller, score: 0.75, label: 1, rule: "closed" }),
    ];

    const [body = ""] = predictionMessages({ inputs: INPUTS, records });

    expect(body.split("flight-delay").length).toBe(2);
    expect(body.split(caller).length).toBe(2);
    expect(parsePredictionMessage(body)).toEqual({ inputs: INPUTS, records });
  });

  it("reads the messages that are still in the queue from before there were columns", () => {
    const older = { inputs: INPUTS, records: [record("a"), record("b")] };

    expect(parsePredictionMessage(JSON.stringify(older))).toEqual(older);
  });

  it.each([
    ["{", "no JSON"],
    ["null", "wrong"],
    ['{"inputs":{},"records":[]}', "records"],
    ['{"inputs":{},"rows":1,"shared":{},"columns":{},"features":{}}', "predictionId"],
    ['{"inputs":{},"rows":2,"shared":{},"columns":{"score":[1]},"features":{}}', "as many values"],
  ])("refuses %s", (body, why) => {
    expect(() => parsePredictionMessage(body)).toThrow(why);
  });
});
