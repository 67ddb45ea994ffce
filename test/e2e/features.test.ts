import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { storageKeys } from "../../core/storage-keys.ts";
import { queryRows } from "../../engine/duckdb/query.ts";
import { sqlText } from "../../engine/duckdb/sql.ts";
import { withDuckdb } from "../../engine/duckdb/with-duckdb.ts";
import { runChild } from "../fixtures/e2e/child.ts";
import { type ExampleWorld, trainExample } from "../fixtures/e2e/example-model.ts";
import { ask, endOf, type PredictionAnswer } from "../fixtures/e2e/http.ts";
import { until } from "../fixtures/e2e/until.ts";
import { writeFlights } from "../fixtures/e2e/world.ts";

const MODEL = "flight-delay";
const FEATURES = ["origin_late_rate_3h", "destination_late_rate_3h", "origin_flights_1h"];

/** A hundredth of the flights, and all of the last day: its windows are full. */
const FLIGHTS = "(file_row_number % 100 = 0 OR date >= '2001-06-30')";

/** Instead of the example's own: the same streams, whose past lies beside them here. */
const CHANGED = `
  source: { ...original.source, files: [{ name: "flights.parquet", from: "flights.parquet" }] },
  streams: original.streams.map((stream) => ({
    ...stream,
    history: { ...stream.history, files: [{ name: "flights.parquet", from: "flights.parquet" }] },
  })),
  candidates: [{ name: "boosting", family: "gradient-boosting", parameters: { trees: 20, leaves: 15 } }],
  gates: {},`;

const sql = (query: string) =>
  withDuckdb({ threads: 1 }, ({ connection }) => queryRows(connection, query));

type Answer = PredictionAnswer & {
  readonly fallbacks?: readonly { readonly feature: string; readonly reason: string }[];
};

describe("features of flight-delay in a prediction", () => {
  let world: ExampleWorld;
  const predict = async (instances: readonly unknown[]) => {
    const path = `/models/${MODEL}/predictions`;
    const { status, body } = await ask<Answer>(world.platform.url, "POST", path, { instances });
    expect(status, JSON.stringify(body)).toBe(200);
    return body;
  };
  /** What the prediction log says that the model was given, by prediction. */
  const used = async () => {
    await world.platform.drainPredictions();
    const columns = FEATURES.map((name) => `feature_${name}`).join(", ");
    const log = sqlText(world.pathOf("predictions/**/*.parquet"));
    const rows = await sql(
      `SELECT predictionId, ${columns} FROM read_parquet(${log}, hive_partitioning = false)`,
    );
    return new Map(rows.map(([id, ...values]) => [String(id), values]));
  };
  const usedFor = async ({ predictions }: Pick<Answer, "predictions">) => {
    const logged = await used();
    return predictions.map(({ predictionId }) => logged.get(predictionId));
  };
  /** Asks again where the machine was too busy for the store to answer in time. */
  const fetched = (instances: readonly unknown[]) =>
    until("features are fetched", async () => {
      const answer = await predict(instances);
      const reasons = (answer.fallbacks ?? []).map(({ reason }) => reason);
      expect(reasons.filter((reason) => !reason.includes("did not answer within"))).toEqual([]);
      return reasons.length === 0 && answer;
    });
  const backfill = () =>
    ask<{ completeFrom: string }>(world.platform.url, "POST", "/api/streams/flights/backfills", {});

  beforeAll(async () => {
    world = await trainExample(MODEL, {
      changed: CHANGED,
      write: async (folder) => {
        const features = join(folder, "../../features");
        await mkdir(features);
        for (const place of [folder, features]) {
          const path = join(place, "flights.parquet");
          await writeFlights(path, { where: FLIGHTS, rows: 3_000_000 });
        }
      },
    });
  }, 120_000);
  afterAll(() => world?.remove());

  it("are, after a backfill, those that the test split has", async () => {
    const { body } = await backfill();
    expect(body.completeFrom).toBe("2001-06-30T08:00:00.000Z");
    const split = `${storageKeys.dataset(MODEL, world.report.datasetDigest)}/test/*.parquet`;
    const rows = await sql(
      `SELECT strftime(__event_time, '%Y-%m-%dT%H:%M:%SZ'), origin, destination, distance, ${FEATURES.join(", ")}
       FROM read_parquet(${sqlText(world.pathOf(split))})
       WHERE __event_time >= '2001-06-30T12:00:00' ORDER BY hash(__event_time, origin, destination) LIMIT 300`,
    );
    const instances = rows.map(([date, origin, destination, distance]) => ({
      ...{ date, origin, destination, distance },
    }));

    const predictions: Answer["predictions"][number][] = [];
    for (let from = 0; from < instances.length; from += 10) {
      predictions.push(...(await fetched(instances.slice(from, from + 10))).predictions);
    }

    const online = await usedFor({ predictions });
    const offline = rows.map((row) => row.slice(4));
    expect(online).toHaveLength(300);
    expect(online.map((values) => values?.map(asFloat))).toEqual(
      offline.map((values) => values.map(asFloat)),
    );
    expect(new Set(offline.map(([rate]) => rate)).size).toBeGreaterThan(50);
  });

  it("know of flights that came in, as batches do", async () => {
    const { url } = world.platform;
    const instance = {
      ...{ date: "2001-07-01T02:10:00Z", origin: "ORD", destination: "LAX", distance: 1745 },
    };
    const before = await fetched([instance]);
    const flight = (id: number) => ({
      ...{ id: `f-${id}`, date: "2001-07-01T00:40:00Z", origin: "ORD", destination: "LAX" },
      delay: 45,
    });
    const events = Array.from({ length: 60 }, (_, id) => flight(id));

    const sent = await ask(url, "POST", "/streams/flights/events", { events });
    const again = await ask(url, "POST", "/streams/flights/events", {
      events: events.slice(0, 20),
    });
    await world.platform.drainEvents();

    expect([sent, again]).toMatchObject([
      { status: 202, body: { accepted: 60 } },
      { status: 202, body: { accepted: 20 } },
    ]);
    const after = await fetched([instance]);
    const [[, , flightsBefore] = [], [rate, , flightsAfter] = []] = [
      ...(await usedFor(before)),
      ...(await usedFor(after)),
    ];
    expect(Number(flightsAfter) - Number(flightsBefore)).toBe(60);
    expect(rate).toBeGreaterThan(0.3);
    const file = join(world.pathOf(""), "..", "asked.csv");
    await writeFile(
      file,
      `${Object.keys(instance).join(",")}\n${Object.values(instance).join(",")}\n`,
    );
    const { body } = await ask<{ execution: string }>(url, "POST", `/api/models/${MODEL}/batches`, {
      ...{ name: "one", reason: "test", files: [file] },
    });
    await endOf(url, body.execution);
    const output = sqlText(world.pathOf(`batches/${MODEL}/one/output/asked.csv.parquet`));
    expect(await sql(`SELECT score FROM read_parquet(${output})`)).toEqual([
      [after.predictions[0]?.probability],
    ]);
  });

  it("are told of by the command, which fills them, too", async () => {
    const millrace = (...args: readonly string[]) =>
      runChild(["cli/millrace.ts", "features", ...args], { MILLRACE_URL: world.platform.url });

    const [list, show, filled, unknown] = await Promise.all([
      millrace("list"),
      millrace("show", "origin_late_rate_3h"),
      millrace("backfill", "flights", "--from", "2001-06-30T20:00:00Z"),
      millrace("show", "no_such_feature"),
    ]);

    for (const name of FEATURES) expect(list.stdout).toMatch(new RegExp(`^${name} +flights `, "m"));
    expect(show.stdout).toMatch(/^window +3h, known after 1h\nowner +network-operations\n/m);
    expect(show.stdout).toMatch(/^online +complete from 2001-06-30T/m);
    expect(show.stdout).toMatch(/^freshness +60 events on /m);
    expect(show.stdout).toMatch(/^flight-delay +origin_late_rate_3h +1 /m);
    expect(filled.stdout).toMatch(/^flights: \d+ events of the past, 0 added, \d+ were there, /);
    expect(unknown).toMatchObject({ code: 1, stdout: "" });
    expect(unknown.stderr).toMatch(/^millrace: .*no_such_feature[^\n]*\n$/);
  });

  it("fall back, and say so, where the state does not reach", async () => {
    const early = {
      ...{ date: "2001-06-03T17:10:00Z", origin: "ORD", destination: "LAX", distance: 1745 },
    };
    const answer = await until("the store answers in time", async () => {
      const given = await predict([early]);
      return !given.fallbacks?.some(({ reason }) => reason.includes("did not answer")) && given;
    });

    expect(answer.fallbacks?.map(({ feature }) => feature).sort()).toEqual(FEATURES.toSorted());
    expect(answer.fallbacks?.[0]?.reason).toMatch(/complete from 2001-06-30T\d\d:/);
    expect(await usedFor(answer)).toEqual([[null, null, null]]);
  });
});

/** The dataset holds 32-bit floats. */
const asFloat = (value: unknown) => (value === null ? null : Math.fround(Number(value)));
