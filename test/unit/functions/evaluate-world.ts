import type { DatasetManifest } from "../../../core/dataset/manifest.ts";
import { parseDefinition, storedDefinition } from "../../../core/definition/parse-definition.ts";
import type { LoadedVersion } from "../../../core/inference/loaded-version.ts";
import { encodeStrings, joinNumbers } from "../../../core/onnx/column-inputs.ts";
import type { Value } from "../../../core/onnx/graph-builder.ts";
import { vector } from "../../../core/onnx/tensor.ts";
import type { VersionManifest } from "../../../core/run/artifacts.ts";
import type { TrainedModel } from "../../../core/training/trained-model.ts";
import type { LabelledFrame } from "../../../core/training/training-frame.ts";
import { openScorer } from "../../../engine/onnx/open-scorer.ts";
import { sha256 } from "../../../engine/sha256.ts";
import { fileObjectStore } from "../../../local/file-object-store.ts";
import { temporaryFolder } from "../../fixtures/temporary-folder.ts";
import { tinyGraph } from "../../fixtures/tiny-graph.ts";

export const run = {
  model: "shop",
  runId: "run-1",
  definitionDigest: "d".repeat(64),
  datasetDigest: "a".repeat(64),
};

const INPUTS = [
  { name: "age", kind: "number", origin: "field" },
  { name: "town", kind: "category", origin: "field" },
] as const;

/** A definition of two candidates over age and town. */
export function shopDefinition(parts: object = {}) {
  return storedDefinition(
    parseDefinition({
      name: "shop",
      owner: "tests",
      description: "who buys",
      source: { format: "csv", files: [{ name: "shop.csv" }], eventTime: "at" },
      fields: {
        at: { type: "timestamp", role: "ignored" },
        age: { type: "number", role: "feature" },
        town: { type: "category", role: "feature" },
        bought: { type: "boolean", role: "outcome" },
      },
      target: { name: "buys", type: "binary", from: ["bought"], expression: "bought" },
      split: { by: "hash", shares: { train: 0.6, validation: 0.2, test: 0.2 } },
      candidates: [
        { name: "boosting", family: "gradient-boosting" },
        { name: "logistic", family: "logistic-regression" },
      ],
      gates: {
        absolute: [{ metric: "rocAuc", min: 0.7 }],
        champion: [{ metric: "rocAuc", maxRegression: 0.01 }],
      },
      ...parts,
    }),
  );
}

/** Rows whose label mostly follows age, a little the town, and now and then neither. */
export function shopFrame(rows: number, offset = 0): LabelledFrame {
  const ages = Float32Array.from({ length: rows }, (_, i) => ((i * 37 + offset) % 100) / 10);
  const codes = Int32Array.from({ length: rows }, (_, i) => (i % 7 === 0 ? -1 : i % 2));
  const labels = Uint8Array.from(ages, (age, i) => {
    if (i % 11 === 0) return 1 - Number(age > 5);
    return Number(age + (codes[i] === 1 ? 1 : 0) > 5);
  });
  return {
    rows,
    labels,
    columns: [
      { kind: "number", name: "age", values: ages },
      { kind: "category", name: "town", codes, dictionary: ["Bonn", "Ulm"] },
    ],
  };
}

const parameters = (weight: number) => ({
  weights: { age: weight },
  categories: { town: { Bonn: 0, Ulm: weight, "": 0 } },
  bias: -5 * weight,
});

/** A graph that scores by age; a negative weight ranks the wrong way round. */
export const shopGraph = (weight = 1) => tinyGraph(INPUTS, parameters(weight));

/** A model that scores as `shopGraph` does; the log-odds of row 3 by its trainer are off by `offBy`. */
export function shopModel(weight = 1, offBy = 0): TrainedModel {
  const { bias } = parameters(weight);
  return {
    scores({ rows, columns }) {
      const [age, town] = columns;
      if (age?.kind !== "number" || town?.kind !== "category") throw new Error("not a shop frame");
      return Float64Array.from({ length: rows }, (_, row) => {
        const inUlm = town.dictionary[town.codes[row] as number] === "Ulm" ? weight : 0;
        return bias + weight * (age.values[row] as number) + inUlm + (row === 3 ? offBy : 0);
      });
    },
    addTo(graph, inputs) {
      const constant = (value: number) => graph.constant(vector(Float64Array.of(value)));
      const age = joinNumbers(graph, [inputs.get("age") as Value]);
      const town = encodeStrings(graph, inputs.get("town") as Value, new Map([["Ulm", weight]]));
      const byAge = graph.node("Mul", [age, constant(weight)]);
      return graph.node("Add", [graph.node("Add", [byAge, town]), constant(bias)]);
    },
    summary: { rounds: 3 },
  };
}

/** A store on disk, and what train and evaluate need beside it. */
export function shopWorld(definition = shopDefinition()) {
  const store = fileObjectStore(temporaryFolder());
  const frames = { train: shopFrame(600), validation: shopFrame(300, 3), test: shopFrame(400, 7) };
  return {
    store,
    frames,
    deps: {
      store,
      openScorer,
      sha256,
      loadDefinition: async (_model: string, digest: string) => ({
        digest,
        definition,
        compute: {},
      }),
      openDataset: async () => ({
        manifest: {} as DatasetManifest,
        split: async (name: keyof typeof frames) => frames[name],
      }),
    },
  };
}

/** A champion as the endpoint would load it. */
export async function shopChampion(
  graph: Uint8Array,
  parts: Partial<Pick<VersionManifest, "inputs" | "definitionDigest">> = {},
): Promise<LoadedVersion & { readonly isReleased: () => boolean }> {
  const scorer = await openScorer(graph);
  let released = false;
  return {
    model: run.model,
    version: 3,
    definition: shopDefinition(),
    manifest: {
      inputs: INPUTS,
      threshold: 0.5,
      definitionDigest: run.definitionDigest,
      ...parts,
    } as VersionManifest,
    sizeBytes: graph.byteLength,
    aggregates: [],
    parse: () => {
      throw new Error("no request here");
    },
    columnsOf: () => ({}),
    score: scorer.score,
    release: async () => {
      released = true;
      await scorer.release();
    },
    isReleased: () => released,
  };
}
