import { canonicalJson } from "../../../core/canonical-json.ts";
import { storedLabels } from "../../../core/dataset/label-summary.ts";
import type { DatasetManifest } from "../../../core/dataset/manifest.ts";
import { definitionDigestText } from "../../../core/definition/definition-digest.ts";
import type { Task, TaskType } from "../../../core/definition/task.ts";
import { measure } from "../../../core/evaluation/measure.ts";
import { scoreFrame } from "../../../core/evaluation/score-frame.ts";
import type { OpenScorer } from "../../../core/inference/scorer.ts";
import { candidateFiles, storageKeys } from "../../../core/storage-keys.ts";
import type { LabelledFrame } from "../../../core/training/training-frame.ts";
import { loadCode } from "../../../engine/definition/load-code.ts";
import { definitionLoader } from "../../../engine/definition/load-definition.ts";
import { versionLoader } from "../../../engine/onnx/load-version.ts";
import { openScorer } from "../../../engine/onnx/open-scorer.ts";
import { sha256 } from "../../../engine/sha256.ts";
import { makeHandler as makeEvaluate } from "../../../functions/evaluate/handler.ts";
import { makeHandler as makePromote } from "../../../functions/promote/handler.ts";
import { makeHandler as makeRegister } from "../../../functions/register/handler.ts";
import { type TaskGraphOptions, taskGraph } from "../../fixtures/task-graph.ts";
import { taskWorld } from "../../fixtures/task-worlds.ts";
import { baselineOfFrame, summaryOfFrame } from "../dataset/frame-facts.ts";
import { CANDIDATE, CHANGE, CODE, DATASET, DATASET_DIGEST } from "../functions/finished-run.ts";
import type { LocalPlaces } from "../functions/local-registry.ts";

const MODEL = "flight-delay";
const ROWS = 60;

/** Test rows of every input, in queries of six; labels that any model gets some of right. */
export function taskFrame(type: TaskType): LabelledFrame {
  const row = (of: (i: number) => number) => Float32Array.from({ length: ROWS }, (_, i) => of(i));
  const codes = Int32Array.from({ length: ROWS }, (_, i) => (i % 3) - (i % 5 === 0 ? 1 : 0));
  const dictionary = ["DEN", "JFK", "ORD"];
  const classes = { binary: 2, multiclass: 3, regression: 0, ranking: 3 }[type];
  const labels =
    type === "regression"
      ? Float64Array.from({ length: ROWS }, (_, i) => (i * 7) % 90)
      : Uint8Array.from({ length: ROWS }, (_, i) => (i * 7) % classes);
  return {
    rows: ROWS,
    labels: type === "ranking" ? Float64Array.from(labels) : labels,
    ...(type === "ranking" && {
      groups: Uint32Array.from({ length: ROWS / 6 + 1 }, (_, i) => 6 * i),
    }),
    columns: [
      { kind: "category", name: "destination", codes, dictionary },
      { kind: "number", name: "distance", values: row((i) => (i * 331) % 2_000) },
      { kind: "category", name: "origin", codes: codes.toReversed(), dictionary },
      { kind: "number", name: "hour", values: row((i) => (i % 9 === 0 ? Number.NaN : i % 24)) },
      { kind: "number", name: "weekday", values: row((i) => i % 7) },
    ],
  };
}

async function measured(task: Task, graph: Uint8Array, frame: LabelledFrame) {
  const scorer = await openScorer(graph, task);
  const predictions = await scoreFrame(scorer, frame);
  await scorer.release();
  return measure(task, { ...frame, predictions });
}

/** A run of a task whose one candidate is trained, and what evaluates, registers and promotes it. */
export async function taskRun(places: LocalPlaces, type: TaskType, options?: TaskGraphOptions) {
  const { store, registry } = await places.make();
  const { definition: ofWorld, task, inputs } = taskWorld(type, options);
  const { champion: _usual, ...gates } = ofWorld.gates;
  const definition = { ...ofWorld, gates: { ...gates, absolute: [] } };
  const frame = taskFrame(type);
  const definitionDigest = sha256(definitionDigestText(definition, sha256(CODE)));
  const run = { model: MODEL, runId: "run-1", definitionDigest, datasetDigest: DATASET_DIGEST };
  await store.put(storageKeys.definition(MODEL, definitionDigest), canonicalJson(definition));
  await store.put(storageKeys.definitionCode(MODEL, definitionDigest), CODE);
  const said = { model: MODEL, owner: "ops", description: "a test", definitionDigest };
  await registry.deployDefinition(said, CHANGE);
  await registry.startRun({ ...said, runId: "run-1", reason: "schedule", requestedBy: "ada" });

  const label = storedLabels(summaryOfFrame(task, frame));
  const split = { rows: ROWS, ...label, contentSha256: sha256("split"), parts: [] };
  const splits = { train: split, validation: split, test: split };
  const manifest: DatasetManifest = { ...DATASET, task: task.type, splits };
  await store.put(storageKeys.datasetManifest(MODEL, DATASET_DIGEST), canonicalJson(manifest));
  const baseline = baselineOfFrame(task, frame);
  await store.put(storageKeys.datasetBaseline(MODEL, DATASET_DIGEST), canonicalJson(baseline));

  const graph = taskGraph(task, inputs, options);
  const graphSha256 = sha256(graph);
  const folder = storageKeys.candidate(MODEL, "run-1", 0);
  const metrics = await measured(task, graph, frame);
  const found = { ...CANDIDATE, graphSha256, metrics };
  await store.put(`${folder}/${candidateFiles.graph}`, graph);
  await store.put(`${folder}/${candidateFiles.metrics}`, canonicalJson(found));

  const loadDefinition = definitionLoader(store);
  const loading = { store, registry, loadDefinition, loadCode };
  const loadVersion = versionLoader({ ...loading, openScorer });
  const evaluate = makeEvaluate({
    ...{ store, registry, loadDefinition, loadVersion, openScorer, sha256 },
    openDataset: async () => ({ manifest, split: async () => frame }),
  });
  const register = makeRegister({ store, registry, loadDefinition, sha256, gitCommit: "abc" });
  const trained = [{ index: 0, name: CANDIDATE.name, graphSha256 }];
  return {
    ...{ store, registry, loadVersion, task, frame },
    evaluate: () => evaluate({ ...run, trained }),
    register: () => register({ ...run, requestedBy: "ada", passed: true }),
    /** @param open in place of ONNX Runtime alone */
    promote: (open: OpenScorer = openScorer) =>
      makePromote({
        store,
        registry,
        loadVersion: versionLoader({ ...loading, openScorer: open }),
        sha256,
      })({
        ...{ model: MODEL, version: 1, by: "ada", why: "a test" },
      }),
    fileOf: async (name: string) =>
      JSON.parse(String(await store.get(`${storageKeys.version(MODEL, 1)}/${name}`))),
  };
}
