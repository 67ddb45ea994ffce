import { canonicalJson } from "../../core/canonical-json.ts";
import type { VersionBaseline } from "../../core/dataset/baseline.ts";
import { modelInputs } from "../../core/definition/model-inputs.ts";
import { graphOutputs, taskOf } from "../../core/definition/task.ts";
import { ONNXRUNTIME_VERSION } from "../../core/onnx/runtime-version.ts";
import { ML_OPSET, OPSET } from "../../core/onnx/versions.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import type { RunRecord } from "../../core/registry/records.ts";
import type { VersionManifest } from "../../core/run/artifacts.ts";
import { candidateScorecard } from "../../core/run/candidate-scorecard.ts";
import { modelCard } from "../../core/run/model-card.ts";
import { storageKeys, versionFiles } from "../../core/storage-keys.ts";
import type { Scorecard } from "../../core/training/scorecard/scorecard.ts";
import { scorecardCsv } from "../../core/training/scorecard/scorecard-table.ts";
import type { RunArtifacts } from "./run-artifacts.ts";

export interface WriteDeps {
  readonly store: Pick<ObjectStore, "put">;
  readonly sha256: (bytes: Uint8Array) => string;
  readonly gitCommit: string;
}

export interface VersionParts extends RunArtifacts {
  readonly run: RunRecord;
  readonly version: number;
}

/**
 * Writes every file of a version, the manifest last: where there is a manifest, the version is whole.
 * Times come from the run's record, so that a second try writes the same bytes.
 */
export async function writeVersion(deps: WriteDeps, parts: VersionParts): Promise<void> {
  const folder = storageKeys.version(parts.run.model, parts.version);
  const files = filesOf(parts);
  for (const [name, bytes] of Object.entries(files)) {
    await deps.store.put(`${folder}/${name}`, bytes);
  }
  const manifest = manifestOf(deps, parts, files);
  await deps.store.put(`${folder}/${versionFiles.manifest}`, canonicalJson(manifest));
}

type Files = Readonly<Record<string, Uint8Array>>;

function filesOf(parts: VersionParts): Files {
  const { graph, code, baseline, report, explainer, candidate } = parts;
  const ofVersion: VersionBaseline = {
    ...baseline,
    score: report.scoreProfile,
    ...(report.classProfile && { predictedClass: report.classProfile }),
  };
  return {
    [versionFiles.graph]: graph,
    [versionFiles.code]: code,
    [versionFiles.baseline]: bytesOf(canonicalJson(ofVersion)),
    [versionFiles.samples]: bytesOf(canonicalJson(report.samples)),
    [versionFiles.card]: bytesOf(modelCard(parts)),
    ...(explainer && { [versionFiles.explainer]: explainer }),
    ...scorecardFiles(candidateScorecard(candidate)),
  };
}

function scorecardFiles(scorecard: Scorecard | undefined): Files {
  if (!scorecard) return {};
  return {
    [versionFiles.scorecard]: bytesOf(canonicalJson(scorecard)),
    [versionFiles.scorecardTable]: bytesOf(scorecardCsv(scorecard)),
  };
}

function manifestOf(
  { sha256, gitCommit }: WriteDeps,
  { run, version, report, candidate, definition }: VersionParts,
  files: Files,
): VersionManifest {
  return {
    model: run.model,
    version,
    inputs: modelInputs(definition),
    outputs: graphOutputs(taskOf(definition.target)),
    files: Object.fromEntries(
      Object.entries(files).map(([name, bytes]) => [
        name,
        { sha256: sha256(bytes), sizeBytes: bytes.byteLength },
      ]),
    ),
    datasetDigest: report.datasetDigest,
    runId: run.runId,
    definitionDigest: report.definitionDigest,
    gitCommit,
    candidate: candidate.name,
    family: candidate.family,
    parameters: candidate.parameters,
    seed: candidate.seed,
    threshold: report.threshold,
    metrics: report.metrics,
    runtime: { onnxruntime: ONNXRUNTIME_VERSION, opset: OPSET, mlOpset: ML_OPSET },
    createdAt: run.startedAt,
    createdBy: run.requestedBy,
  };
}

const bytesOf = (text: string) => new TextEncoder().encode(text);
