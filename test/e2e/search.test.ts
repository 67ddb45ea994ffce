import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CandidateReport } from "../../core/run/artifacts.ts";
import { parseRoundRecord, type RoundRecord } from "../../core/run/round-record.ts";
import { parseRunReport, type RunReport } from "../../core/run/run-report.ts";
import { candidateFiles, storageKeys } from "../../core/storage-keys.ts";
import type { Execution } from "../../local/executions.ts";
import type { Platform } from "../../local/platform.ts";
import { endOf, INSTANCE, predict, runsOf, startTraining } from "../fixtures/e2e/http.ts";
import { MODEL as FLIGHTS, makeWorld, type World } from "../fixtures/e2e/world.ts";
import { startWorldPlatform } from "../fixtures/e2e/world-platform.ts";

const SEARCH = `search: {
    candidates: 4,
    families: [
      { family: "logistic-regression", parameters: { maxIterations: 10, l2: { from: 1e-4, to: 1, scale: "log" } } },
      { family: "gradient-boosting", parameters: { trees: 5, leaves: { from: 4, to: 9, whole: true } } },
    ],
    rounds: 3,
    keepShare: 0.5,
  },
  ensemble: { method: "stacking", best: 2 },
  candidates: [
    { name: "logistic", family: "logistic-regression", parameters: { maxIterations: 5 } },
  ],
  gates: {`;

describe("a search of three rounds with an ensemble", () => {
  let world: World;
  let platform: Platform;
  let run: Execution;
  let report: RunReport;
  const rounds: RoundRecord[] = [];

  beforeAll(async () => {
    world = await makeWorld(6_000);
    const path = join(world.modelsFolder, FLIGHTS, "model.ts");
    const text = await readFile(path, "utf8");
    const searching = text
      .replace(/candidates: \[.*?\n {2}\],\n {2}gates: \{/s, SEARCH)
      .replace("min: 0.58", "min: 0.5");
    expect(searching).toContain("keepShare");
    await writeFile(path, searching);
    platform = await startWorldPlatform(world);
    run = await endOf(platform.url, await startTraining(platform.url));
    expect(run.error).toBeUndefined();
    const { store } = platform;
    report = parseRunReport(await store.get(storageKeys.runReport(FLIGHTS, run.name)));
    for (let round = 0; round < 4; round++) {
      rounds.push(parseRoundRecord(await store.get(storageKeys.round(FLIGHTS, run.name, round))));
    }
  }, 120_000);
  afterAll(async () => {
    await platform?.stop();
    await world.remove();
  });

  it("trains fewer candidates on more rows each round, then the ensemble", () => {
    expect(rounds.map(({ candidates }) => candidates.length)).toEqual([5, 3, 2, 1]);
    expect(rounds.map(({ candidates }) => candidates[0]?.rowShare)).toEqual([0.25, 0.5, 1, 1]);
    expect(rounds[3]?.candidates).toMatchObject([{ name: "ensemble", family: "ensemble" }]);
    expect(run.states.filter(({ state }) => state === "TrainCandidate")).toHaveLength(11);
    expect(run.states.filter(({ state }) => state === "Narrow")).toHaveLength(4);
  });

  it("keeps a record of each training, with what it would cost", () => {
    for (const { durationMs, costUsd, metrics, family } of rounds.flatMap((r) => r.candidates)) {
      // 3,008 MB and 1.5 GB of disk beyond the free: the price of us-east-1, by hand
      const perMs = ((3_008 / 1_024) * 0.0000166667 + 1.5 * 0.0000000309) / 1_000;
      expect(costUsd).toBeCloseTo(durationMs * perMs, 7);
      expect(durationMs).toBeGreaterThan(0);
      expect(Object.keys(metrics)).toEqual(["rocAuc"]);
      expect(family).not.toBe("");
    }
    const first = rounds[0]?.candidates ?? [];
    const kept = first.filter((candidate) => candidate.kept);
    const dropped = first.filter((candidate) => !candidate.kept);
    const worstKept = Math.min(...kept.map(({ metrics }) => metrics.rocAuc ?? 0));
    expect(kept).toHaveLength(3);
    expect(dropped.every(({ metrics }) => (metrics.rocAuc ?? 1) <= worstKept)).toBe(true);
  });

  it("evaluates the finalists and the ensemble, and ranks all of them", () => {
    expect(report.candidates.map(({ family }) => family).at(-1)).toBe("ensemble");
    expect(report.candidates).toHaveLength(3);
    expect(report.leaderboard).toHaveLength(6);
    expect(report.leaderboard.filter(({ chosen }) => chosen)).toMatchObject([
      { index: report.candidate.index, rowShare: 1 },
    ]);
    expect(report.leaderboard.map(({ rowShare }) => rowShare)).toEqual([1, 1, 1, 0.5, 0.25, 0.25]);
    expect(report.leaderboard.map(({ test }) => typeof test)).toEqual([
      ...["number", "number", "number", "object", "object", "object"],
    ]);
  });

  it("stores the graphs of those that saw all rows, and no others", async () => {
    const finalists = report.candidates.map(({ index }) => index);
    const graphs: string[] = [];
    for await (const { key } of platform.store.list(`runs/${FLIGHTS}/${run.name}/candidates/`)) {
      if (key.endsWith(candidateFiles.graph)) graphs.push(key);
    }

    expect(graphs.toSorted()).toEqual(
      finalists
        .map((index) => storageKeys.candidate(FLIGHTS, run.name, index))
        .map((folder) => `${folder}/${candidateFiles.graph}`)
        .toSorted(),
    );
  });

  it("makes an ensemble that is its members' blend, in one graph", async () => {
    const folder = storageKeys.candidate(FLIGHTS, run.name, 5);
    const bytes = await platform.store.get(`${folder}/${candidateFiles.metrics}`);
    const ensemble = JSON.parse(new TextDecoder().decode(bytes)) as CandidateReport;

    expect(ensemble).toMatchObject({
      family: "ensemble",
      parameters: { method: "stacking" },
      training: { members: [{}, {}], blend: { of: "scores" } },
    });
    expect(ensemble.largestGraphDifference).toBeLessThan(1e-6);
    expect(ensemble).not.toHaveProperty("calibration");
  });

  it("keeps how long all of it took, and answers with what it chose", async () => {
    const [record] = await runsOf(platform.url);

    expect(record?.durations?.trainMs).toHaveLength(11);
    expect(await predict(platform.url, [INSTANCE])).toMatchObject({ status: 200 });
  });
});
