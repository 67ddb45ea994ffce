import { canonicalJson } from "../../../core/canonical-json.ts";
import type { DatasetBaseline, NumberProfile } from "../../../core/dataset/baseline.ts";
import type { DatasetManifest } from "../../../core/dataset/manifest.ts";
import { definitionDigestText } from "../../../core/definition/definition-digest.ts";
import { parseDefinition, storedDefinition } from "../../../core/definition/parse-definition.ts";
import type { ObjectStore } from "../../../core/ports/object-store.ts";
import type { Registry } from "../../../core/registry/registry.ts";
import type { CandidateReport } from "../../../core/run/artifacts.ts";
import type { RunReport } from "../../../core/run/run-report.ts";
import { candidateFiles, storageKeys } from "../../../core/storage-keys.ts";
import { sha256 } from "../../../engine/sha256.ts";
import { model } from "../../../models/flight-delay/model.ts";

export const DEFINITION = storedDefinition(
  parseDefinition({ ...model, streams: [], aggregates: {} }),
);
export const CODE =
  "export const hour = ({ date }) => 1;\nexport const weekday = ({ date }) => 2;\n";
export const DEFINITION_DIGEST = sha256(definitionDigestText(DEFINITION, sha256(CODE)));
export const DATASET_DIGEST = sha256("dataset");
export const GRAPH = Uint8Array.of(1, 2, 3);
export const CHANGE = { by: "ada", why: "a test" };

const PROFILE: NumberProfile = {
  kind: "number",
  rows: 2,
  missing: 0,
  min: 0.1,
  max: 0.9,
  mean: 0.5,
  standardDeviation: 0.4,
  edges: [0.5],
  counts: [1, 1],
};

const BASELINE: DatasetBaseline = {
  rows: 2,
  features: { distance: PROFILE },
  label: {
    kind: "category",
    rows: 2,
    missing: 0,
    distinct: 2,
    counts: [
      ["0", 1],
      ["1", 1],
    ],
    other: 0,
  },
};

const SPLIT = { rows: 10, positives: 3, contentSha256: sha256("split"), parts: [] };

export const DATASET: DatasetManifest = {
  model: "flight-delay",
  digest: DATASET_DIGEST,
  inputs: [],
  target: "late",
  splits: { train: SPLIT, validation: SPLIT, test: SPLIT },
  rowsRead: 33,
  rowsQuarantined: 2,
  rowsOutside: 1,
};

export const CANDIDATE: CandidateReport = {
  index: 0,
  name: "boosting",
  family: "gradient-boosting",
  parameters: { trees: 100, learningRate: 0.1 },
  seed: 1,
  graphSha256: sha256(GRAPH),
  sizeBytes: GRAPH.byteLength,
  threshold: 0.3,
  metrics: { rocAuc: 0.65 },
  training: {},
  largestGraphDifference: 1e-7,
};

export const SAMPLES = [
  {
    inputs: { distance: 1745, origin: "ORD", destination: "LAX", hour: 17, weekday: 0 },
    score: 0.25,
  },
  {
    inputs: { distance: null, origin: null, destination: "LAX", hour: 3, weekday: 1 },
    score: 0.5,
  },
];

export const REPORT: RunReport = {
  leaderboard: [],
  model: "flight-delay",
  runId: "run-1",
  definitionDigest: DEFINITION_DIGEST,
  datasetDigest: DATASET_DIGEST,
  task: "binary",
  candidate: { index: 0, name: "boosting" },
  passed: true,
  reasons: [],
  rows: 10,
  threshold: 0.3,
  metrics: { rocAuc: 0.638, brier: 0.1 },
  intervals: {},
  importances: [],
  calibration: { bins: [], expectedError: 0.0123456789 },
  confusion: { truePositives: 1, falsePositives: 2, trueNegatives: 3, falseNegatives: 4 },
  scoreProfile: PROFILE,
  samples: SAMPLES,
  gates: [{ gate: "rocAuc at least 0.62", value: 0.638, bound: 0.62, passed: true, reason: null }],
  champion: null,
  candidates: [
    {
      index: 0,
      name: "boosting",
      family: "gradient-boosting",
      graphSha256: sha256(GRAPH),
      threshold: 0.3,
      validation: { rocAuc: 0.65 },
      test: { rocAuc: 0.638, brier: 0.1 },
    },
  ],
};

/** Everything that a run has written and recorded when `Register` begins. */
export async function finishRun(
  places: { readonly store: ObjectStore; readonly registry: Registry },
  parts: Partial<RunReport> = {},
  found: { readonly candidate?: Partial<CandidateReport>; readonly explainer?: string } = {},
): Promise<RunReport> {
  const { store, registry } = places;
  const report = { ...REPORT, ...parts };
  const { runId, candidate } = report;
  await storeDefinition(places);
  await registry.startRun({
    model: "flight-delay",
    runId,
    reason: "schedule",
    requestedBy: "scheduler",
    definitionDigest: DEFINITION_DIGEST,
  });
  const folder = storageKeys.candidate("flight-delay", runId, candidate.index);
  const files = {
    [storageKeys.datasetManifest("flight-delay", DATASET_DIGEST)]: canonicalJson(DATASET),
    [storageKeys.datasetBaseline("flight-delay", DATASET_DIGEST)]: canonicalJson(BASELINE),
    [`${folder}/${candidateFiles.graph}`]: GRAPH,
    [`${folder}/${candidateFiles.metrics}`]: canonicalJson({ ...CANDIDATE, ...found.candidate }),
    ...(found.explainer && { [`${folder}/${candidateFiles.explainer}`]: found.explainer }),
    [storageKeys.runReport("flight-delay", runId)]: canonicalJson(report),
  };
  for (const [key, bytes] of Object.entries(files)) await store.put(key, bytes);
  return report;
}

export async function storeDefinition(places: {
  readonly store: ObjectStore;
  readonly registry: Registry;
}): Promise<void> {
  const { store, registry } = places;
  const name = "flight-delay";
  await store.put(storageKeys.definition(name, DEFINITION_DIGEST), canonicalJson(DEFINITION));
  await store.put(storageKeys.definitionCode(name, DEFINITION_DIGEST), CODE);
  await registry.deployDefinition(
    { model: name, owner: "ops", description: "late or not", definitionDigest: DEFINITION_DIGEST },
    CHANGE,
  );
}
