import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scorecardParameters } from "../../../core/definition/parameters/scorecard.ts";
import {
  ConflictError,
  IntegrityError,
  InvalidInputError,
  NotFoundError,
  UnavailableError,
} from "../../../core/errors.ts";
import type { VersionManifest } from "../../../core/run/artifacts.ts";
import { storageKeys, versionFiles } from "../../../core/storage-keys.ts";
import { trainScorecard } from "../../../core/training/scorecard/train-scorecard.ts";
import { definitionLoader } from "../../../engine/definition/load-definition.ts";
import { sha256 } from "../../../engine/sha256.ts";
import { makeHandler } from "../../../functions/register/handler.ts";
import { shopFrame } from "./evaluate-world.ts";
import {
  CODE,
  DATASET_DIGEST,
  DEFINITION_DIGEST,
  finishRun,
  GRAPH,
  SAMPLES,
} from "./finished-run.ts";
import { type LocalPlaces, startPlaces } from "./local-registry.ts";

let places: LocalPlaces;
beforeAll(async () => {
  places = await startPlaces();
});
afterAll(() => places.stop());

const INPUT = {
  model: "flight-delay",
  runId: "run-1",
  definitionDigest: DEFINITION_DIGEST,
  datasetDigest: DATASET_DIGEST,
  requestedBy: "scheduler",
  passed: true,
};

async function setUp() {
  const made = await places.make();
  const loadDefinition = definitionLoader(made.store);
  const deps = { ...made, loadDefinition, sha256, gitCommit: "abc123" };
  const objectPath = (key: string) => join(made.root, key);
  const keys = async (prefix: string) => {
    const found: string[] = [];
    for await (const { key } of made.store.list(prefix)) found.push(key);
    return found;
  };
  return { ...made, deps, register: makeHandler(deps), objectPath, keys };
}

describe("register", () => {
  it("makes the chosen candidate version 1, with every file under its digest", async () => {
    const { register, registry, store, ...world } = await setUp();
    await finishRun(world.deps);

    expect(await register(INPUT)).toEqual({ version: 1, status: "registered" });

    const folder = storageKeys.version("flight-delay", 1);
    const bytes = await store.get(`${folder}/${versionFiles.manifest}`);
    const manifest = JSON.parse(String(bytes)) as VersionManifest;
    const record = await registry.version("flight-delay", 1);
    expect(record.manifestSha256).toBe(sha256(bytes));
    expect(Object.keys(manifest.files).sort()).toEqual(
      ["baseline.json", "card.md", "code.mjs", "model.onnx", "samples.json"].sort(),
    );
    for (const [name, { sha256: digest, sizeBytes }] of Object.entries(manifest.files)) {
      const file = await store.get(`${folder}/${name}`);
      expect([name, sha256(file), file.byteLength]).toEqual([name, digest, sizeBytes]);
    }
    expect(await world.keys(folder)).toHaveLength(6);
  });

  it("has what explains the candidate, and a scorecard as data and as a table", async () => {
    const { register, store, ...world } = await setUp();
    const { scorecard, explainer } = trainScorecard(
      scorecardParameters.parse({}),
      shopFrame(300),
      shopFrame(100, 3),
    );
    const stored = new TextDecoder().decode(explainer?.());
    const candidate = {
      ...{ family: "scorecard", training: { scorecard } },
      explainerSha256: sha256(stored),
    };
    await finishRun(world.deps, {}, { candidate, explainer: stored });

    await register(INPUT);

    const folder = storageKeys.version("flight-delay", 1);
    const read = async (name: string) => String(await store.get(`${folder}/${name}`));
    const { files } = JSON.parse(await read("manifest.json")) as VersionManifest;
    expect(files["explainer.json"]?.sha256).toBe(sha256(stored));
    expect(await read("explainer.json")).toBe(stored);
    expect(JSON.parse(await read("scorecard.json"))).toEqual(scorecard);
    const table = await read("scorecard.csv");
    expect(table).toMatch(/^input,bin,rows,/);
    expect(files["scorecard.csv"]?.sha256).toBe(sha256(table));
    expect(await read("card.md")).toContain("## Scorecard");
  });

  it("fails with IntegrityError on a damaged explainer, and registers nothing", async () => {
    const { register, registry, deps } = await setUp();
    const candidate = { explainerSha256: sha256("an explainer") };
    await finishRun(deps, {}, { candidate, explainer: "another" });

    await expect(register(INPUT)).rejects.toThrow(IntegrityError);
    await expect(register(INPUT)).rejects.toThrow("candidates/0/explainer.json of candidate");
    expect(await registry.versions("flight-delay")).toEqual([]);
  });

  it("leads from the version to its dataset, run, definition, commit, parameters and metrics", async () => {
    const { register, registry, store, deps } = await setUp();
    await finishRun(deps);
    await register(INPUT);

    const { manifestSha256, createdAt, createdBy, ...record } = await registry.version(
      "flight-delay",
      1,
    );
    const folder = storageKeys.version("flight-delay", 1);
    const manifest = JSON.parse(String(await store.get(`${folder}/manifest.json`)));

    const lineage = {
      model: "flight-delay",
      version: 1,
      runId: "run-1",
      datasetDigest: DATASET_DIGEST,
      definitionDigest: DEFINITION_DIGEST,
      gitCommit: "abc123",
      candidate: "boosting",
      family: "gradient-boosting",
      parameters: { trees: 100, learningRate: 0.1 },
      metrics: { rocAuc: 0.638, brier: 0.1 },
    };
    expect(record).toEqual({ ...lineage, status: "registered", reasons: [] });
    expect(manifest).toMatchObject({ ...lineage, seed: 1, threshold: 0.3 });
    expect(Buffer.from(await store.get(`${folder}/model.onnx`))).toEqual(Buffer.from(GRAPH));
    expect(String(await store.get(`${folder}/code.mjs`))).toBe(CODE);
    expect(JSON.parse(String(await store.get(`${folder}/samples.json`)))).toEqual(SAMPLES);
    expect(JSON.parse(String(await store.get(`${folder}/baseline.json`)))).toMatchObject({
      rows: 2,
      score: { mean: 0.5 },
    });
  });

  it("registers a version that failed a gate as rejected, with the reason", async () => {
    const { register, registry, store, deps } = await setUp();
    const reasons = ["rocAuc is 0.6, below 0.62"];
    await finishRun(deps, { passed: false, reasons });

    expect(await register({ ...INPUT, passed: false })).toEqual({ version: 1, status: "rejected" });

    expect(await registry.version("flight-delay", 1)).toMatchObject({
      status: "rejected",
      reasons,
    });
    const card = String(await store.get(`${storageKeys.version("flight-delay", 1)}/card.md`));
    expect(card).toContain("**Rejected:** rocAuc is 0.6, below 0.62");
    expect((await registry.events("flight-delay"))[0]).toMatchObject({ kind: "version-rejected" });
  });

  it("changes nothing when it is repeated, even from another commit", async () => {
    const { register, registry, deps, objectPath } = await setUp();
    await finishRun(deps);
    await register(INPUT);
    const manifest = objectPath("models/flight-delay/versions/1/manifest.json");
    const before = [await readFile(manifest, "utf8"), await registry.events("flight-delay")];

    const again = await makeHandler({ ...deps, gitCommit: "def456" })(INPUT);

    expect(again).toEqual({ version: 1, status: "registered" });
    expect([await readFile(manifest, "utf8"), await registry.events("flight-delay")]).toEqual(
      before,
    );
  });

  it("leaves no half version when it dies before any of its writes, and completes it when repeated", async () => {
    const whole = await setUp();
    await finishRun(whole.deps);
    await whole.register(INPUT);
    const manifest = await whole.store.get("models/flight-delay/versions/1/manifest.json");

    for (let survived = 0; survived < 6; survived++) {
      const { register, registry, store, deps } = await setUp();
      await finishRun(deps);
      let puts = 0;
      const put: typeof store.put = async (key, bytes) => {
        if (puts++ === survived) throw new UnavailableError("the machine is gone");
        return store.put(key, bytes);
      };

      await expect(makeHandler({ ...deps, store: { ...store, put } })(INPUT)).rejects.toThrow();
      expect(await registry.versions("flight-delay")).toEqual([]);

      expect(await register(INPUT)).toEqual({ version: 1, status: "registered" });
      expect(await store.get("models/flight-delay/versions/1/manifest.json")).toEqual(manifest);
    }
  });

  it("numbers versions of runs that register at once without a gap", async () => {
    const { register, registry, deps } = await setUp();
    const ids = Array.from({ length: 6 }, (_, i) => `run-${i}`);
    for (const runId of ids) await finishRun(deps, { runId });

    const outputs = await Promise.all(ids.map((runId) => register({ ...INPUT, runId })));

    expect(outputs.map(({ version }) => version).toSorted()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await registry.versions("flight-delay")).toHaveLength(6);
  });

  it.each([
    ["graph", "runs/flight-delay/run-1/candidates/0/candidate.onnx"],
    ["code", `definitions/flight-delay/${DEFINITION_DIGEST}/code.mjs`],
    ["report", "runs/flight-delay/run-1/report.json"],
    ["dataset manifest", `datasets/flight-delay/${DATASET_DIGEST}/manifest.json`],
  ])("fails with IntegrityError on a damaged %s, and registers nothing", async (_name, key) => {
    const { register, registry, deps, objectPath, keys } = await setUp();
    await finishRun(deps);
    await writeFile(objectPath(key), "{damaged");

    await expect(register(INPUT)).rejects.toThrow(IntegrityError);
    expect(await registry.versions("flight-delay")).toEqual([]);
    expect(await keys("models/")).toEqual([]);
  });

  it.each([
    ["verdict", { passed: false }],
    ["dataset", { datasetDigest: "0".repeat(64) }],
  ])(
    "fails with ConflictError when the run was evaluated with another %s",
    async (_name, other) => {
      const { register, registry, deps } = await setUp();
      await finishRun(deps, other);

      await expect(register(INPUT)).rejects.toThrow(ConflictError);
      expect(await registry.versions("flight-delay")).toEqual([]);
    },
  );

  it("fails on a run without a report, and on an input that is none", async () => {
    const { register, deps } = await setUp();
    await finishRun(deps);

    await expect(register({ ...INPUT, runId: "run-2" })).rejects.toThrow(NotFoundError);
    await expect(register({ ...INPUT, datasetDigest: 7 })).rejects.toThrow(InvalidInputError);
  });
});
