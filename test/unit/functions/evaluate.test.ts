import { describe, expect, it } from "vitest";
import { ConflictError, IntegrityError } from "../../../core/errors.ts";
import { rowOf } from "../../../core/evaluation/score-frame.ts";
import type { LoadedVersion } from "../../../core/inference/loaded-version.ts";
import type { AliasRecord } from "../../../core/registry/records.ts";
import { parseRunReport } from "../../../core/run/run-report.ts";
import { candidateFiles, storageKeys } from "../../../core/storage-keys.ts";
import type { TrainedModel } from "../../../core/training/trained-model.ts";
import { makeHandler } from "../../../functions/evaluate/handler.ts";
import { makeHandler as makeTrainHandler } from "../../../functions/train/handler.ts";
import {
  run,
  shopChampion,
  shopDefinition,
  shopGraph,
  shopModel,
  shopWorld,
} from "./evaluate-world.ts";

const champion: AliasRecord = {
  model: run.model,
  alias: "champion",
  version: 3,
  since: "2026-01-01T00:00:00Z",
  by: "tests",
};

/** A run whose two candidates are trained: one that is as good as its weight, and one the wrong way round. */
async function setUp(
  loaded?: LoadedVersion,
  definition = shopDefinition(),
  weight = 1,
  more: Partial<TrainedModel> = {},
) {
  const world = shopWorld(definition);
  const trained = [];
  for (const [index, name] of ["boosting", "logistic"].entries()) {
    const train = makeTrainHandler({
      ...world.deps,
      trainCandidate: async ({ candidate }) =>
        candidate.name === "boosting" ? { ...shopModel(weight), ...more } : shopModel(-1),
    });
    trained.push(await train({ ...run, candidate: { index, name } }));
  }
  let aliases = loaded ? [champion] : [];
  const handler = makeHandler({
    ...world.deps,
    registry: { aliases: async () => aliases },
    loadVersion: async () => loaded ?? expect.unreachable("there is no champion"),
  });
  return {
    ...world,
    handler,
    event: { ...run, trained },
    setAliases: (next: AliasRecord[]) => {
      aliases = next;
    },
    report: async () =>
      parseRunReport(await world.store.get(storageKeys.runReport(run.model, run.runId))),
  };
}

describe("evaluate", () => {
  it("chooses the better candidate, measures it on the test split and passes its gates", async () => {
    const { handler, event, report, frames } = await setUp();

    const output = await handler(event);

    const written = await report();
    expect(output).toMatchObject({ passed: true, reasons: [], candidate: { index: 0 } });
    expect(output.reportKey).toBe("runs/shop/run-1/report.json");
    expect(output.metrics).toEqual(written.metrics);
    expect(written.champion).toBeNull();
    expect(written.rows).toBe(frames.test.rows);
    expect(written.candidates.map(({ name }) => name)).toEqual(["boosting", "logistic"]);
    expect(written.candidates[1]?.test.rocAuc).toBeCloseTo(1 - Number(output.metrics.rocAuc), 2);
    const {
      truePositives = 0,
      falseNegatives = 0,
      falsePositives = 0,
      trueNegatives = 0,
    } = {
      ...written.confusion,
    };
    expect(truePositives + falseNegatives + falsePositives + trueNegatives).toBe(400);
    expect(written.calibration?.bins.reduce((sum, { rows }) => sum + rows, 0)).toBe(400);
    expect(written.scoreProfile).toMatchObject({ kind: "number", rows: 400, missing: 0 });
  });

  it("tells what moves the chosen candidate's scores, where its family explains", async () => {
    const plain = await setUp();
    const explained = await setUp(undefined, shopDefinition(), 1, {
      explainer: () => Uint8Array.of(1),
      contributions: ({ rows }) => new Float64Array(3 * rows).fill(-0.5),
    });
    await plain.handler(plain.event);
    await explained.handler(explained.event);

    expect(await plain.report()).not.toHaveProperty("contributions");
    const { contributions, candidates } = await explained.report();
    expect(contributions).toEqual([
      { feature: "age", meanAbsolute: 0.5, byScore: [0.5] },
      { feature: "town", meanAbsolute: 0.5, byScore: [0.5] },
    ]);
    expect(candidates[0]).not.toHaveProperty("contributions");
  });

  it("leaves sample rows that the graph answers as it says", async () => {
    const { handler, event, report, deps } = await setUp();
    await handler(event);
    const { samples } = await report();
    const scorer = await deps.openScorer(shopGraph(1));

    const { scores } = await scorer.score({
      age: Float32Array.from(samples, ({ inputs }) => Number(inputs.age)),
      town: samples.map(({ inputs }) => String(inputs.town ?? "")),
    });

    await scorer.release();
    expect(samples).toHaveLength(20);
    samples.forEach(({ score }, i) => {
      expect(score).toBeCloseTo(scores[i] as number, 6);
    });
  });

  it("spreads sample rows over the whole test split", async () => {
    const { handler, event, report, frames } = await setUp();

    await handler(event);

    const { samples } = await report();
    expect(samples[0]?.inputs).toEqual(rowOf(frames.test, 0));
    expect(samples[19]?.inputs).toEqual(rowOf(frames.test, 380));
  });

  it("rejects what misses an absolute gate, with the reason", async () => {
    const gates = { absolute: [{ metric: "rocAuc", min: 0.999 }], champion: [] };
    const { handler, event, report } = await setUp(undefined, shopDefinition({ gates }));

    const output = await handler(event);

    expect(output.passed).toBe(false);
    expect(output.reasons).toEqual([
      expect.stringMatching(/^rocAuc 0\.\d+ is below the gate's 0.999$/),
    ]);
    expect((await report()).reasons).toEqual(output.reasons);
  });

  it("chooses by the definition's metric", async () => {
    const { handler, event } = await setUp(
      undefined,
      shopDefinition({ selection: { metric: "logLoss" } }),
    );

    expect((await handler(event)).candidate).toEqual({ index: 0, name: "boosting" });
  });

  it("re-scores the champion on the same rows", async () => {
    const loaded = await shopChampion(shopGraph(1));
    const { handler, event, report } = await setUp(loaded);

    const output = await handler(event);

    const written = await report();
    expect(output.passed).toBe(true);
    expect(written.champion).toMatchObject({ version: 3, note: null });
    expect(written.champion?.metrics?.rocAuc).toBe(written.metrics.rocAuc);
    expect(loaded.isReleased()).toBe(true);
  });

  it("rejects what is worse than the champion by more than the gate allows", async () => {
    const gates = { absolute: [], champion: [{ metric: "logLoss", maxRegression: 0.01 }] };
    const { handler, event } = await setUp(
      await shopChampion(shopGraph(1)),
      shopDefinition({ gates }),
      0.1,
    );

    const output = await handler(event);

    expect(output.passed).toBe(false);
    expect(output.reasons[0]).toMatch(/^logLoss .* worse than the .* of champion version 3$/);
  });

  it("says so where the champion comes from another definition", async () => {
    const loaded = await shopChampion(shopGraph(1), { definitionDigest: "e".repeat(64) });
    const { handler, event, report } = await setUp(loaded);

    await handler(event);

    expect((await report()).champion?.note).toMatch(/comes from definition e{64}/);
  });

  it("does not apply the champion's gate to a champion whose inputs are gone", async () => {
    const loaded = await shopChampion(shopGraph(1), {
      inputs: [
        { name: "age", kind: "category", origin: "field" },
        { name: "income", kind: "number", origin: "field" },
      ],
    });
    const { handler, event, report } = await setUp(loaded);

    const output = await handler(event);

    const written = await report();
    expect(output.passed).toBe(true);
    expect(written.champion).toEqual({
      version: 3,
      metrics: null,
      note: "champion version 3 needs inputs that the dataset lacks: age (category), income (number)",
    });
    expect(written.gates[1]).toMatchObject({
      passed: true,
      bound: null,
      reason: expect.stringMatching(/^not comparable/),
    });
    expect(loaded.isReleased()).toBe(true);
  });

  it("is not moved by the order in which candidates were trained", async () => {
    const { handler, event, report } = await setUp();
    await handler({ ...event, trained: event.trained.toReversed() });

    expect((await report()).candidates.map(({ index }) => index)).toEqual([0, 1]);
  });

  it("repeats its answer when it is tried again, even if the champion has changed", async () => {
    const { handler, event, setAliases } = await setUp(await shopChampion(shopGraph(1)));
    const first = await handler(event);
    setAliases([]);

    expect(await handler(event)).toEqual(first);
  });

  it("fails where the run was evaluated on another dataset", async () => {
    const { handler, event } = await setUp();
    await handler(event);

    await expect(handler({ ...event, datasetDigest: "b".repeat(64) })).rejects.toThrow(
      ConflictError,
    );
  });

  it.each([candidateFiles.graph, candidateFiles.metrics])(
    "fails on a corrupted %s",
    async (name) => {
      const { handler, event, store } = await setUp();
      const key = `${storageKeys.candidate(run.model, run.runId, 1)}/${name}`;
      const bytes = Uint8Array.from(await store.get(key));
      bytes[40] = (bytes[40] ?? 0) ^ 1;
      await store.remove([key]);
      await store.put(key, bytes);

      await expect(handler(event)).rejects.toThrow(IntegrityError);
      expect(await store.head(storageKeys.runReport(run.model, run.runId))).toBeUndefined();
    },
  );

  it("fails where training's message and its stored metrics are of different graphs", async () => {
    const { handler, event } = await setUp();
    const trained = event.trained.map((one) => ({ ...one, graphSha256: "f".repeat(64) }));

    await expect(handler({ ...event, trained })).rejects.toThrow(IntegrityError);
  });
});

describe("parseRunReport", () => {
  it.each([
    ["text that is no json", "{"],
    ["another object", "{}"],
  ])("fails on %s", (_name, text) => {
    expect(() => parseRunReport(new TextEncoder().encode(text))).toThrow(IntegrityError);
  });
});
