import { join } from "node:path";
import type { PredictFileRequest } from "../../../core/batch/predict-file.ts";
import { batchFiles, storageKeys } from "../../../core/storage-keys.ts";
import { filePredictor } from "../../../engine/batch/predict-file.ts";
import { sqlText } from "../../../engine/duckdb/sql.ts";
import { fileObjectStore } from "../../../local/file-object-store.ts";
import { MODEL, type PublishOptions, servingWorld } from "../../fixtures/serving-world.ts";
import { datasetHome, sql } from "../dataset/dataset-home.ts";

export const BATCH = "june";
export const FOLDER = storageKeys.batch(MODEL, BATCH);

/** 400 flights, an hour and a bit from each to the next. */
export const ASKED = `
  SELECT i AS ticket, TIMESTAMP '2001-06-01 00:10:00' + i * INTERVAL 67 MINUTE AS date,
    (100 + i * 31 % 900)::DOUBLE + 0.1 AS distance,
    ['ORD', 'LAX', 'JFK', 'ATL'][i % 4 + 1] AS origin,
    ['SFO', 'DEN', 'BOS'][i % 3 + 1] AS destination
  FROM range(400) rows(i)`;

/** A store of files with versions of flight-delay in it, as the endpoint serves them. */
export async function batchWorld(...versions: readonly PublishOptions[]) {
  const serving = servingWorld();
  for (const options of versions.length > 0 ? versions : [GRAPH]) serving.publish(options);
  serving.promote(1);
  return batchWorldOf(serving);
}

/** A store of files with the versions of a serving world in it. */
export async function batchWorldOf(serving: ReturnType<typeof servingWorld>) {
  const { root } = await datasetHome();
  const store = fileObjectStore(join(root, "store"));
  for (const [key, bytes] of serving.store.objects) await store.put(key, bytes);

  let loads = 0;
  let ms = Date.parse("2001-07-01T00:00:00Z");
  const predictFile = filePredictor({
    loadVersion: (model, version) => {
      loads += 1;
      return serving.load(model, version);
    },
    duckdb: { threads: 2 },
    clock: () => ms,
    stopwatch: () => {
      ms += 5;
      return ms;
    },
  });
  const keyOf = (file: string) => `${FOLDER}/${batchFiles.input}${file}`;
  const rowsOf = async (key: string, query: string) => {
    const path = await store.localPath(`${FOLDER}/${key}`);
    return sql(`WITH result AS (FROM read_parquet(${sqlText(path)})) ${query}`);
  };

  return {
    store,
    serving,
    loads: () => loads,
    /** Puts text or bytes into the batch as a file. */
    async put(file: string, text: string | Uint8Array): Promise<void> {
      await store.put(keyOf(file), text);
    },
    /** Puts the result of a query into the batch; a `.csv` name makes it one. */
    async putRows(file: string, query = ASKED): Promise<void> {
      const path = join(root, "rows");
      const format = file.endsWith(".csv") ? "csv, HEADER" : "parquet";
      await sql(`COPY (${query}) TO ${sqlText(path)} (FORMAT ${format})`);
      await store.putFile(keyOf(file), path);
    },
    async replace(file: string, text: string): Promise<void> {
      await store.remove([keyOf(file)]);
      await store.put(keyOf(file), text);
    },
    async predict(file: string, changes: Partial<PredictFileRequest> = {}) {
      const request = { store, model: MODEL, version: 1, name: BATCH, file, key: keyOf(file) };
      return predictFile({ ...request, ...changes });
    },
    output: (file: string, query = "FROM result ORDER BY row") =>
      rowsOf(batchFiles.output(file), query),
    rejected: (file: string, query: string) => rowsOf(batchFiles.rejected(file), query),
  };
}

/** Of weights that every input of a row moves the score by. */
const GRAPH: PublishOptions = {
  weights: { distance: 0.0007, hour: 0.05, weekday: -0.11 },
  categories: { origin: { ORD: 0.3, JFK: -0.4 }, destination: { DEN: 0.25 } },
  bias: -0.6,
};
