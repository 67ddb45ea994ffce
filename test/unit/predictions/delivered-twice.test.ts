import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { profileNumbers } from "../../../core/dataset/profile.ts";
import { predictionLogger } from "../../../core/inference/log-predictions.ts";
import { predictionMessages } from "../../../core/inference/prediction-message.ts";
import type { PredictionRecord } from "../../../core/inference/prediction-record.ts";
import { predictionCounter } from "../../../engine/drift/count-predictions.ts";
import { armCounter } from "../../../engine/experiments/count-arms.ts";
import { predictionsParquet } from "../../../engine/predictions/predictions-parquet.ts";
import { queryLog } from "../../../engine/predictions/query-log.ts";
import { trafficCounter } from "../../../engine/rollout/count-traffic.ts";
import { sha256 } from "../../../engine/sha256.ts";
import { modelUsage } from "../../../engine/usage/model-usage.ts";
import { fileObjectStore } from "../../../local/file-object-store.ts";
import { baseline } from "../drift/profiles.ts";

const window = { from: "2026-01-01T12:00:00.000Z", until: "2026-01-01T13:00:00.000Z" };
const INPUTS = { age: "number" } as const;

/** Requests of a champion, a challenger, a canary, and those that the champion answered for the canary. */
const requests = Array.from({ length: 12 }, (_, i): PredictionRecord[] => {
  const route = (["champion", "challenger", "canary", "champion"] as const)[i % 4];
  return Array.from({ length: (i % 3) + 1 }, (_row, row) => ({
    predictionId: `p${i}-${row}`,
    ...{ time: "2026-01-01T12:30:00.000Z", model: "shop", requestId: `r${i}`, alias: "champion" },
    ...{ version: route === "champion" ? 1 : 2, score: i / 12, label: i % 2, latencyMs: i },
    ...(route !== undefined && { route }),
    ...(i % 4 === 3 && { insteadOf: 2 }),
    features: { age: i + row },
  }));
});
const bodies = requests.flatMap((records) => predictionMessages({ inputs: INPUTS, records }));

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "millrace-twice-"));
});
afterAll(() => rm(root, { recursive: true }));

let folders = 0;

/** What everybody who reads the log makes of it, when the queue delivers these batches of messages. */
async function seen(batches: readonly (readonly number[])[]) {
  const folder = join(root, String(folders++));
  const store = fileObjectStore(folder);
  const write = predictionLogger({ store, encode: predictionsParquet, sha256, log: () => {} });
  for (const batch of batches) {
    await write(batch.map((i) => ({ messageId: `m${i}`, body: bodies[i] ?? "" })));
  }
  const few = { threads: 1, memoryLimit: "200MB" };
  const sql = "SELECT version, count(*), sum(score) FROM predictions GROUP BY ALL ORDER BY ALL";
  const age = profileNumbers([1, 5, 9]);
  const bins = baseline({ features: { age }, score: profileNumbers([0.25, 0.5, 0.75]) });
  const order = { model: "shop", window, champion: 1 };
  return {
    sql: (await queryLog({ root: folder, sql, mostRows: 100, memoryLimit: "200MB" })).rows,
    usage: (({ oneRow, batch }) => ({ oneRow, batch }))(
      (await modelUsage(store, "shop", few)).predictions as never,
    ),
    rollout: await trafficCounter(
      store,
      few,
    )({
      ...{ ...order, canary: 2, championFrom: window.from },
    }),
    experiment: await armCounter(store, few)({ ...order, challenger: 2 }),
    drift: await predictionCounter(
      store,
      few,
    )({
      ...{ model: "shop", version: 1, window, baseline: bins },
    }),
  };
}

/** Sums depend on the order of files in the last bit. */
const rounded = (value: object) =>
  JSON.stringify(value, (_name, part) =>
    typeof part === "bigint" || typeof part === "number" ? Number(part).toPrecision(10) : part,
  );

describe("predictions that the queue delivers more than once", () => {
  it("count once in SQL, usage, rollouts, experiments and drift", async () => {
    const all = bodies.map((_, i) => i);
    const once = await seen([all]);
    const again = fc.array(fc.subarray(all, { minLength: 1 }), { minLength: 1, maxLength: 3 });

    expect(once.sql.length).toBe(2);
    // requests 2, 6 and 10 have 3, 1 and 2 rows; 3, 7 and 11 have 1, 2 and 3
    expect(once.rollout.canary).toMatchObject({ predictions: 6, failures: 6 });
    await fc.assert(
      fc.asyncProperty(again, async (batches) => {
        expect(rounded(await seen([all, ...batches]))).toBe(rounded(once));
      }),
      { numRuns: 4 },
    );
  });
});
