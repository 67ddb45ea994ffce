import { describe, expect, it } from "vitest";
import { examine } from "../../../cli/doctor/finding.ts";
import { type ModelProbes, modelChecks } from "../../../cli/doctor/model-checks.ts";
import type { ModelRecord, RunRecord } from "../../../core/registry/records.ts";
import { storageKeys } from "../../../core/storage-keys.ts";
import { MODEL, servingWorld } from "../../fixtures/serving-world.ts";

const RUN = {
  ...{ model: MODEL, runId: "run-1", status: "succeeded", startedAt: "2026-11-23T10:00:00Z" },
  ...{ reason: "test", requestedBy: "me", definitionDigest: "d" },
} as RunRecord;

/** A model with a champion whose files are stored, as the endpoint would load them. */
async function setUp(changes: Partial<ModelProbes["registry"]> = {}) {
  const world = servingWorld();
  const version = world.publish();
  world.promote(version);
  const [{ definitionDigest } = { definitionDigest: "" }] = await world.deps.registry.models();
  const versions = await world.deps.registry.versions(MODEL);
  const own = [{ model: MODEL, digest: definitionDigest }];
  const probes: ModelProbes = {
    registry: {
      models: world.deps.registry.models,
      aliases: world.deps.registry.aliases,
      version: async () => versions[0] ?? Promise.reject(new Error("no version")),
      runs: async () => [RUN],
      ...changes,
    },
    store: world.store,
    ownDefinitions: async () => own,
    howToRegister: "deploy",
    howToTrain: (model) => `millrace train ${model}`,
  };
  const told = async (more: Partial<ModelProbes> = {}) =>
    (await examine(modelChecks({ ...probes, ...more }))).filter(({ state }) => state !== "ok");
  return { ...world, version, told, definitionDigest };
}

describe("doctor of models", () => {
  it("finds nothing wrong where champion, files, definitions and runs are well", async () => {
    const { told } = await setUp();

    expect(await told()).toEqual([]);
  });

  it("tells of a champion one of whose files has other bytes", async () => {
    const { told, store, version } = await setUp();
    store.objects.set(`${storageKeys.version(MODEL, version)}/model.onnx`, Uint8Array.of(1, 2));

    expect(await told()).toEqual([
      {
        check: "champions",
        state: "wrong",
        found: expect.stringMatching(
          /version 1 is champion and damaged: .*model\.onnx has sha-256/,
        ),
        advice: expect.stringContaining("bad-version"),
      },
    ]);
  });

  it("tells of a champion one of whose files is gone", async () => {
    const { told, store, version } = await setUp();
    store.objects.delete(`${storageKeys.version(MODEL, version)}/manifest.json`);

    expect(await told()).toMatchObject([{ check: "champions", state: "wrong" }]);
  });

  it("tells of a model without a champion, and how to train it", async () => {
    const { told } = await setUp({ aliases: async () => [] });

    expect(await told()).toEqual([
      expect.objectContaining({ state: "wrong", advice: `millrace train ${MODEL}` }),
    ]);
  });

  it("tells of a run that failed, by its error", async () => {
    const error = { name: "NotFoundError", message: "no source" };
    const { told } = await setUp({ runs: async () => [{ ...RUN, status: "failed", error }] });

    expect(await told()).toEqual([
      {
        check: "last runs",
        state: "wrong",
        found: `${MODEL}: run run-1 of 2026-11-23T10:00:00Z failed: NotFoundError: no source`,
        advice: "see docs/runbooks/failed-run.md",
      },
    ]);
  });

  it("tells of a model that was never trained", async () => {
    const { told } = await setUp({ runs: async () => [] });

    expect(await told()).toMatchObject([{ check: "last runs", state: "warning" }]);
  });

  it("tells apart definitions that are not registered, other than here, and not here", async () => {
    const { told } = await setUp();

    const found = await told({
      ownDefinitions: async () => [
        { model: MODEL, digest: "f".repeat(64) },
        { model: "new-one", digest: "0".repeat(64) },
      ],
    });
    const gone = await told({ ownDefinitions: async () => [] });

    expect(found).toMatchObject([
      { check: "definitions", state: "warning", found: expect.stringContaining("ffffffffffff") },
      { check: "definitions", state: "wrong", found: "new-one is not registered" },
    ]);
    expect(gone).toMatchObject([
      { state: "warning", found: expect.stringContaining("not in models/") },
    ]);
  });

  it("tells that there is no model yet", async () => {
    const { told } = await setUp({ models: async () => [] as readonly ModelRecord[] });

    expect(await told({ ownDefinitions: async () => [] })).toMatchObject([
      { state: "warning", found: "there is no model yet" },
    ]);
  });
});
