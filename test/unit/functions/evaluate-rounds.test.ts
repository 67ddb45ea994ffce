import { describe, expect, it } from "vitest";
import { NotFoundError } from "../../../core/errors.ts";
import { parseRunReport } from "../../../core/run/run-report.ts";
import { candidateFiles, storageKeys } from "../../../core/storage-keys.ts";
import { sha256 } from "../../../engine/sha256.ts";
import { makeHandler } from "../../../functions/evaluate/handler.ts";
import { run, shopDefinition, shopGraph, shopWorld } from "./evaluate-world.ts";

const training = (index: number, rowShare: number, rocAuc: number) => ({
  ...{ index, name: `c${index}`, family: "logistic-regression", parameters: { l2: index } },
  ...{ rowShare, metrics: { rocAuc }, durationMs: 10, costUsd: 0.5, kept: rowShare === 1 },
});

/** A run of two rounds whose only finalist is candidate 1. */
async function setUp(rounds: number) {
  const { store, deps } = shopWorld(shopDefinition());
  const graph = shopGraph();
  const graphSha256 = sha256(graph);
  const metrics = { rocAuc: 0.8 };
  const folder = storageKeys.candidate(run.model, run.runId, 1);
  const found = {
    family: "logistic-regression",
    graphSha256,
    threshold: 0.5,
    metrics,
    training: {},
  };
  await store.put(`${folder}/${candidateFiles.graph}`, graph);
  await store.put(`${folder}/${candidateFiles.metrics}`, JSON.stringify(found));
  const records = [[training(0, 0.5, 0.6), training(1, 0.5, 0.7)], [training(1, 1, 0.8)]];
  for (const [round, candidates] of records.entries()) {
    const key = storageKeys.round(run.model, run.runId, round);
    await store.put(key, JSON.stringify({ round, candidates }));
  }
  const handler = makeHandler({
    ...deps,
    registry: { aliases: async () => [] },
    loadVersion: async () => expect.unreachable("there is no champion"),
  });
  const trained = [{ index: 1, name: "c1", graphSha256 }];
  await handler({ ...run, trained, rounds });
  return parseRunReport(await store.get(storageKeys.runReport(run.model, run.runId)));
}

describe("evaluate after rounds of training", () => {
  it("ranks every candidate of every round, with the finalist's metric on the test split", async () => {
    const { leaderboard, candidates } = await setUp(2);

    expect(leaderboard).toEqual([
      {
        ...{ index: 1, name: "c1", family: "logistic-regression", parameters: { l2: 1 } },
        ...{ round: 1, rowShare: 1, metric: "rocAuc", validation: 0.8 },
        ...{ test: candidates[0]?.test.rocAuc, durationMs: 20, costUsd: 1, chosen: true },
      },
      {
        ...{ index: 0, name: "c0", family: "logistic-regression", parameters: { l2: 0 } },
        ...{ round: 0, rowShare: 0.5, metric: "rocAuc", validation: 0.6 },
        ...{ test: null, durationMs: 10, costUsd: 0.5, chosen: false },
      },
    ]);
  });

  it("ranks none of a run without rounds, and fails where a record is missing", async () => {
    expect((await setUp(0)).leaderboard).toEqual([]);
    await expect(setUp(3)).rejects.toThrow(NotFoundError);
  });
});
