import { describe, expect, it } from "vitest";
import { storageKeys } from "../../../core/storage-keys.ts";
import { model as flightDelay } from "../../../models/flight-delay/model.ts";
import {
  type DatasetHome,
  datasetHome,
  definitionWith,
  FLIGHTS,
  fieldsWith,
  parquetSource,
  sql,
} from "./dataset-home.ts";

const { streams, aggregates } = flightDelay;
const WITH = {
  streams,
  aggregates: { origin_flights_1h: { ...aggregates?.origin_flights_1h, stream: "flights" } },
};

describe("aggregates of a dataset", () => {
  it("fails where the past is missing and says where it belongs", async () => {
    const home = await datasetHome();
    await home.source(FLIGHTS);

    await expect(home.prepare(definitionWith(WITH))).rejects.toThrow(
      /history file flights-3m.parquet of stream flights is missing; store it under streams\/flights\/history/,
    );
  });

  it("are of the whole past, and part of what the dataset is", async () => {
    const home = await datasetHome();
    await home.source(FLIGHTS);
    await home.store.putFile(
      storageKeys.streamHistory("flights", "flights-3m.parquet"),
      await home.store.localPath(storageKeys.source("flight-delay", "flights-3m.parquet")),
    );
    const plain = await home.prepare(definitionWith());
    const { datasetDigest } = await home.prepare(definitionWith(WITH), { runId: "run-2" });

    expect(datasetDigest).not.toBe(plain.datasetDigest);
    // one flight of an origin every four hours: none in the hour before the last one
    expect(
      await home.rows(datasetDigest, "SELECT DISTINCT origin_flights_1h FROM dataset"),
    ).toEqual([[0]]);
  });

  it("are of rows that keep the contract beside rows that do not", async () => {
    const home = await datasetHome();
    await home.source(FLIGHTS);
    const history = storageKeys.streamHistory("flights", "flights-3m.parquet");
    const file = storageKeys.source("flight-delay", "flights-3m.parquet");
    await home.store.putFile(history, await home.store.localPath(file));
    const distance = { max: 500 };
    const gates = { maxQuarantineShare: 1 };
    const { rows } = await home.prepare(
      definitionWith({ ...WITH, fields: fieldsWith({ distance }), gates }),
    );

    expect(rows.quarantined).toBeGreaterThan(0);
    expect(rows.train).toBeGreaterThan(0);
    expect(rows.read).toBe(2_400);
  });
});

/** Every flight with an id, one in a hundred with a delay that no flight has. */
const EVENTS = `SELECT date, origin, destination, CASE WHEN n % 100 = 0 THEN 9999 ELSE delay END AS delay,
  'f' || n AS id, n FROM (SELECT *, row_number() OVER () AS n FROM (${FLIGHTS}))`;
const FORMATS = { parquet: "parquet", csv: "csv, HEADER", jsonl: "json" } as const;
type Format = keyof typeof FORMATS;

/** The flights in two source files, and in a past of their stream: history, and events that came in. */
async function homeWithPast(format: Format, history: string, came: readonly string[]) {
  const home = await datasetHome();
  await home.source(`${FLIGHTS} LIMIT 1000`, "a.parquet");
  await home.source(`${FLIGHTS} OFFSET 1000`, "b.parquet");
  const file = `past.${format}`;
  const put = async (key: string, query: string, options: string, name: string) => {
    await sql(
      `COPY (SELECT * EXCLUDE n FROM (${query})) TO '${home.root}/${name}' (FORMAT ${options})`,
    );
    await home.store.putFile(key, `${home.root}/${name}`);
  };
  await put(storageKeys.streamHistory("flights", file), history, FORMATS[format], file);
  for (const [i, query] of came.entries()) {
    const key = storageKeys.streamEvents("flights", "2001-07-01", `0${i}`, `part-${i}`);
    const received = `SELECT *, TIMESTAMP '2001-07-01' + INTERVAL ${i} HOUR AS received_at FROM (${query})`;
    await put(key, received, "parquet", `came-${i}.parquet`);
  }
  const [stream] = streams ?? [];
  const changed = { ...stream, id: "id", history: { format, files: [{ name: file }] } };
  const loaded = definitionWith({
    ...{ streams: [changed as NonNullable<typeof stream>], aggregates },
    source: parquetSource("a.parquet", "b.parquet"),
  });
  return { home, loaded };
}

const stored = async ({ store }: DatasetHome, key: string) =>
  JSON.parse(new TextDecoder().decode(await store.get(key)));

describe("aggregates of a past in several files", () => {
  const HALF = `SELECT * FROM (${EVENTS}) WHERE n <= 1500`;
  const CAME = [
    `SELECT * FROM (${EVENTS}) WHERE n BETWEEN 1400 AND 2000`,
    `SELECT * FROM (${EVENTS}) WHERE n > 1950`,
  ];

  it("are the same of any format, in one piece and in shards, posted beside history or not", async () => {
    const found: { readonly digest: string; readonly events: unknown; readonly report: unknown }[] =
      [];
    for (const format of ["parquet", "csv", "jsonl"] as const) {
      const { home, loaded } = await homeWithPast(format, HALF, CAME);
      await home.planApart(loaded, "run-1");
      const alone = await home.prepare(loaded);
      await home.planApart(loaded, "run-2");
      const staged = await home.prepareStaged(loaded, { runId: "run-2" });

      expect(staged.datasetDigest).toBe(alone.datasetDigest);
      const [first, second] = await Promise.all(
        ["run-1", "run-2"].map((run) => stored(home, `runs/flight-delay/${run}/lineage.json`)),
      );
      expect(second).toEqual({ ...first, runId: "run-2" });
      const report = await stored(home, storageKeys.quality("flight-delay", "run-1"));
      const ofShards = await stored(home, storageKeys.quality("flight-delay", "run-2"));
      expect(ofShards.events).toEqual([
        {
          ...report.events[0],
          quarantine: "runs/flight-delay/run-2/quarantine-events-flights.parquet",
        },
      ]);
      expect(await home.keys("runs/flight-delay/run-2/quarantine-events")).toHaveLength(1);
      found.push({ digest: alone.datasetDigest, events: first.events, report: report.events });
    }
    const { home, loaded } = await homeWithPast("parquet", EVENTS, []);
    const whole = await home.prepare(loaded);

    expect(new Set(found.map(({ digest }) => digest))).toEqual(new Set([whole.datasetDigest]));
    // 601 rows from 1400 on and 450 after 1950; 15, 7 and 5 multiples of 100 among them
    expect(found.map(({ events }) => events)).toEqual(
      ["parquet", "csv", "jsonl"].map((format) =>
        [
          { key: `streams/flights/history/past.${format}`, rows: 1_500 },
          { key: "streams/flights/events/date=2001-07-01/hour=00/part-0.parquet", rows: 601 },
          { key: "streams/flights/events/date=2001-07-01/hour=01/part-1.parquet", rows: 450 },
        ].map((object) => ({
          ...{ stream: "flights", ...object, sizeBytes: expect.any(Number) },
          etag: expect.stringMatching(/^[0-9a-f]{64}$/),
        })),
      ),
    );
    for (const { report } of found) {
      expect(report).toMatchObject([
        { stream: "flights", objects: 3, rows: 2_551, quarantined: 27 },
      ]);
    }
  }, 30_000);

  it("are of the events that were there when the run began", async () => {
    const { home, loaded } = await homeWithPast("parquet", HALF, []);
    await home.planApart(loaded, "run-2");
    const before = await home.prepare(loaded);
    const came = storageKeys.streamEvents("flights", "2001-07-01", "00", "late");
    await sql(`COPY (${EVENTS}) TO '${home.root}/late.parquet' (FORMAT parquet)`);
    await home.store.putFile(came, `${home.root}/late.parquet`);

    expect((await home.prepareStaged(loaded, { runId: "run-2" })).datasetDigest).toBe(
      before.datasetDigest,
    );
    expect((await home.prepare(loaded, { runId: "run-3" })).datasetDigest).not.toBe(
      before.datasetDigest,
    );
  });

  it("fails where history was replaced since the run began", async () => {
    const { home, loaded } = await homeWithPast("parquet", HALF, []);
    await home.planApart(loaded, "run-1");
    const key = storageKeys.streamHistory("flights", "past.parquet");
    await home.store.remove([key]);
    await home.store.put(key, "other");

    await expect(home.prepare(loaded)).rejects.toThrow(
      /history of stream flights past.parquet .* was replaced since the run began/,
    );
  });
});
