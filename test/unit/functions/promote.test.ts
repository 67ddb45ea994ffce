import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  ConflictError,
  IntegrityError,
  InvalidInputError,
  NotFoundError,
} from "../../../core/errors.ts";
import type { OpenScorer, ScoringColumns } from "../../../core/inference/scorer.ts";
import { loadCode } from "../../../engine/definition/load-code.ts";
import { definitionLoader } from "../../../engine/definition/load-definition.ts";
import { versionLoader } from "../../../engine/onnx/load-version.ts";
import { sha256 } from "../../../engine/sha256.ts";
import { makeHandler } from "../../../functions/promote/handler.ts";
import { makeHandler as makeRegister } from "../../../functions/register/handler.ts";
import { DATASET_DIGEST, DEFINITION_DIGEST, finishRun, SAMPLES } from "./finished-run.ts";
import { type LocalPlaces, startPlaces } from "./local-registry.ts";

let places: LocalPlaces;
beforeAll(async () => {
  places = await startPlaces();
});
afterAll(() => places.stop());

const INPUT = { model: "flight-delay", version: 1, by: "ada", why: "it is better" };

/** A registered version whose graph answers with `scores`; sees what it was asked. */
async function setUp({
  scores = SAMPLES.map(({ score }) => score),
  passed = true,
  samples = SAMPLES,
}: {
  scores?: readonly number[];
  passed?: boolean;
  samples?: typeof SAMPLES;
} = {}) {
  const { store, registry, root } = await places.make();
  const loadDefinition = definitionLoader(store);
  const candidate = { explainerSha256: sha256("explains") };
  await finishRun({ store, registry }, { passed, samples }, { candidate, explainer: "explains" });
  await makeRegister({ store, registry, loadDefinition, sha256, gitCommit: "abc" })({
    model: "flight-delay",
    runId: "run-1",
    definitionDigest: DEFINITION_DIGEST,
    datasetDigest: DATASET_DIGEST,
    requestedBy: "scheduler",
    passed,
  });

  const asked: ScoringColumns[] = [];
  let open = 0;
  const openScorer: OpenScorer = async () => {
    open++;
    return {
      async score(columns) {
        asked.push(columns);
        const answered = Float32Array.from(scores);
        return { labels: Uint8Array.of(0, 0), scores: answered, predictions: answered };
      },
      async release() {
        open--;
      },
    };
  };
  const loadVersion = versionLoader({ store, registry, loadDefinition, loadCode, openScorer });
  const promote = makeHandler({ store, registry, loadVersion, sha256 });
  return { promote, registry, asked, root, stillOpen: () => open };
}

describe("promote", () => {
  it("moves the alias of a version that answers the sample rows as it did in evaluation", async () => {
    const { promote, registry, asked, stillOpen } = await setUp();

    expect(await promote(INPUT)).toEqual({ alias: "champion", from: null, to: 1 });

    expect(await registry.aliases("flight-delay")).toMatchObject([
      { alias: "champion", version: 1, by: "ada" },
    ]);
    expect(asked.at(-1)).toEqual({
      distance: Float32Array.of(1745, Number.NaN),
      origin: ["ORD", ""],
      destination: ["LAX", "LAX"],
      hour: Float32Array.of(17, 3),
      weekday: Float32Array.of(0, 1),
    });
    expect(stillOpen()).toBe(0);
  });

  it("changes nothing when it is repeated", async () => {
    const { promote, registry } = await setUp();
    await promote(INPUT);
    const before = await registry.events("flight-delay");

    expect(await promote(INPUT)).toEqual({ alias: "champion", from: 1, to: 1 });

    expect(await registry.events("flight-delay")).toEqual(before);
  });

  it("takes a difference of a rounding for the same answer", async () => {
    const { promote } = await setUp({ scores: [0.2500009, 0.4999991] });
    expect(await promote({ ...INPUT, alias: "shadow" })).toMatchObject({ alias: "shadow", to: 1 });
  });

  it.each([
    ["answers otherwise", { scores: [0.25, 0.500002] }],
    ["answers no number", { scores: [0.25, Number.NaN] }],
    ["has no sample rows", { samples: [] }],
  ])("fails with IntegrityError on a version that %s, and moves nothing", async (_name, parts) => {
    const { promote, registry, stillOpen } = await setUp(parts);

    await expect(promote(INPUT)).rejects.toThrow(IntegrityError);
    expect(await registry.aliases("flight-delay")).toEqual([]);
    expect(stillOpen()).toBe(0);
  });

  it.each(["model.onnx", "code.mjs", "manifest.json", "samples.json", "card.md"])(
    "fails with IntegrityError on a damaged %s, and moves nothing",
    async (name) => {
      const { promote, registry, root } = await setUp();
      await writeFile(join(root, "models/flight-delay/versions/1", name), "damaged");

      await expect(promote(INPUT)).rejects.toThrow(IntegrityError);
      expect(await registry.aliases("flight-delay")).toEqual([]);
    },
  );

  it("asks for no explainer, which may be larger than the graph", async () => {
    const { promote, root } = await setUp();
    await rm(join(root, "models/flight-delay/versions/1/explainer.json"));

    expect(await promote(INPUT)).toMatchObject({ to: 1 });
  });

  it("fails on a rejected version, an unknown one and a wrong input", async () => {
    const { promote } = await setUp({ passed: false });

    await expect(promote(INPUT)).rejects.toThrow(ConflictError);
    await expect(promote({ ...INPUT, version: 2 })).rejects.toThrow(NotFoundError);
    await expect(promote({ ...INPUT, alias: "winner" })).rejects.toThrow(InvalidInputError);
  });
});
