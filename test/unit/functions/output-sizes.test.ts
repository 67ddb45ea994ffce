import { describe, expect, it } from "vitest";
import type { Metrics, RunRecord, VersionRecord } from "../../../core/registry/records.ts";
import type { TrainOutput } from "../../../core/run/messages.ts";
import { candidateFiles, storageKeys } from "../../../core/storage-keys.ts";
import { sha256 } from "../../../engine/sha256.ts";
import { makeHandler as evaluateHandler } from "../../../functions/evaluate/handler.ts";
import { makeHandler as startRunHandler } from "../../../functions/start-run/handler.ts";
import { run, shopChampion, shopDefinition, shopGraph, shopWorld } from "./evaluate-world.ts";

/** Of Step Functions' 262,144 bytes of state. Source: "Service quotas", its developer guide. */
const LARGEST_OUTPUT_BYTES = 32 * 1024;
const MOST_CANDIDATES = 40;

const METRICS = ["rocAuc", "prAuc", "logLoss", "brier", "accuracy", "precision", "recall", "f1"];

/** As large as a definition may be: 40 candidates of the longest names, a gate on every metric. */
const definition = shopDefinition({
  candidates: Array.from({ length: MOST_CANDIDATES }, (_, i) => ({
    name: `c${i}`.padEnd(63, "x"),
    ...(i % 2 === 0
      ? { family: "gradient-boosting", continueFrom: "champion" }
      : { family: "logistic-regression" }),
  })),
  compute: { training: { on: "fargate", vcpu: 16, memoryGb: 120 } },
  gates: {
    absolute: METRICS.map((metric) => ({ metric, min: 0.99999, max: 0.00001 })),
    champion: METRICS.map((metric) => ({ metric, maxRegression: 0 })),
  },
});

/** More subnets and groups than a task may have: sixteen and five. */
const LARGE_FARGATE = {
  cluster: `arn:aws:ecs:ap-southeast-2:123456789012:cluster/${"c".repeat(255)}`,
  taskDefinition: `arn:aws:ecs:ap-southeast-2:123456789012:task-definition/${"t".repeat(255)}:1`,
  subnets: Array.from({ length: 16 }, (_, i) => `subnet-${String(i).padStart(17, "0")}`),
  securityGroups: Array.from({ length: 5 }, (_, i) => `sg-${String(i).padStart(17, "0")}`),
  assignPublicIp: "DISABLED",
} as const;

const sizeOf = (output: unknown) => Buffer.byteLength(JSON.stringify(output));

describe("outputs of tasks with 40 candidates", () => {
  it("stay small when a run starts", async () => {
    const startRun = startRunHandler({
      registry: {
        model: async (model) => ({
          model,
          owner: "o",
          description: "d",
          definitionDigest: run.definitionDigest,
          updatedAt: "2026-01-01T00:00:00Z",
        }),
        startRun: async (order) => ({ ...order, status: "running", startedAt: "" }) as RunRecord,
        aliasAt: async () => 1e15,
        version: async () => ({ manifestSha256: run.definitionDigest }) as VersionRecord,
        runs: async () => [],
      },
      loadDefinition: async (_model, digest) => ({ digest, definition, compute: {} }),
      places: { trainFunctions: {}, fargate: LARGE_FARGATE },
    });

    const output = await startRun({
      model: run.model,
      runId: "r".repeat(80),
      reason: "schedule",
      requestedBy: "scheduler",
    });

    expect(output.search.round.candidates).toHaveLength(MOST_CANDIDATES);
    expect(output.continueFrom).toMatchObject({ version: 1e15 });
    expect(sizeOf(output)).toBeLessThan(LARGEST_OUTPUT_BYTES);
  });

  it("stay small when they are evaluated and every gate fails", async () => {
    const { store, deps } = shopWorld(definition);
    const graph = shopGraph(-1);
    const graphSha256 = sha256(graph);
    const metrics: Metrics = Object.fromEntries(METRICS.map((name) => [name, 0.123456789012345]));
    const trained: TrainOutput[] = [];
    for (const [index, { name }] of definition.candidates.entries()) {
      const folder = storageKeys.candidate(run.model, run.runId, index);
      const found = {
        family: "gradient-boosting",
        graphSha256,
        threshold: 0.5,
        metrics,
        training: {},
      };
      await store.put(`${folder}/${candidateFiles.graph}`, graph);
      await store.put(`${folder}/${candidateFiles.metrics}`, JSON.stringify(found));
      trained.push({ index, name, graphSha256, metrics });
    }
    const champion = await shopChampion(shopGraph());
    const evaluate = evaluateHandler({
      ...deps,
      registry: {
        aliases: async () => [
          { model: run.model, alias: "champion", version: 3, since: "2026-01-01", by: "ada" },
        ],
      },
      loadVersion: async () => champion,
    });

    const output = await evaluate({ ...run, trained });

    expect(output.reasons).toHaveLength(11);
    expect(output.reasons.at(-1)).toMatch(/^and \d+ more gates, see the run's report$/);
    expect(sizeOf(output)).toBeLessThan(LARGEST_OUTPUT_BYTES);
    // What the Map of candidates leaves in the state.
    expect(sizeOf(trained)).toBeLessThan(LARGEST_OUTPUT_BYTES);
  });
});
