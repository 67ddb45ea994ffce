import { describe, expect, it } from "vitest";
import { storageKeys } from "../../../core/storage-keys.ts";
import { model as flightDelay } from "../../../models/flight-delay/model.ts";
import { datasetHome, definitionWith, FLIGHTS, fieldsWith } from "./dataset-home.ts";

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
