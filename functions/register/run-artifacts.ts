import type { DatasetBaseline } from "../../core/dataset/baseline.ts";
import { type DatasetManifest, parseManifest } from "../../core/dataset/manifest.ts";
import { definitionDigestText } from "../../core/definition/definition-digest.ts";
import type { LoadDefinition } from "../../core/definition/loaded-definition.ts";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import { IntegrityError } from "../../core/errors.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import type { CandidateReport } from "../../core/run/artifacts.ts";
import { parseRunReport, type RunReport } from "../../core/run/run-report.ts";
import { candidateFiles, storageKeys } from "../../core/storage-keys.ts";
import { storedJson } from "../../core/stored-json.ts";

export interface ReadDeps {
  readonly store: Pick<ObjectStore, "get">;
  readonly loadDefinition: LoadDefinition;
  readonly sha256: (bytes: Uint8Array) => string;
}

/** What a run left behind that its version is made of, each checked against the digest of it. */
export interface RunArtifacts {
  readonly report: RunReport;
  readonly candidate: CandidateReport;
  readonly graph: Uint8Array;
  /** Of families that have one. */
  readonly explainer?: Uint8Array;
  readonly definition: StoredDefinition;
  readonly code: Uint8Array;
  readonly dataset: DatasetManifest;
  readonly baseline: DatasetBaseline;
}

/**
 * @throws {NotFoundError} if something is missing.
 * @throws {IntegrityError} if something is not what its digest says, or cannot be read.
 */
export async function readRunArtifacts(
  deps: ReadDeps,
  run: {
    readonly model: string;
    readonly runId: string;
    readonly definitionDigest: string;
    readonly datasetDigest: string;
  },
): Promise<RunArtifacts> {
  const { model, runId, definitionDigest, datasetDigest } = run;
  const report = parseRunReport(await deps.store.get(storageKeys.runReport(model, runId)));
  const { definition } = await deps.loadDefinition(model, definitionDigest);
  const [code, dataset, baseline, chosen] = await Promise.all([
    readCode(deps, model, definitionDigest, definition),
    readManifest(deps, model, datasetDigest),
    readJson<DatasetBaseline>(deps, storageKeys.datasetBaseline(model, datasetDigest)),
    readCandidate(deps, report),
  ]);
  return { report, definition, code, dataset, baseline, ...chosen };
}

async function readManifest(
  { store }: ReadDeps,
  model: string,
  digest: string,
): Promise<DatasetManifest> {
  return parseManifest(await store.get(storageKeys.datasetManifest(model, digest)), model, digest);
}

async function readCandidate(deps: ReadDeps, report: RunReport) {
  const { index, name } = report.candidate;
  const folder = storageKeys.candidate(report.model, report.runId, index);
  const graphKey = `${folder}/${candidateFiles.graph}`;
  const [graph, candidate] = await Promise.all([
    deps.store.get(graphKey),
    readJson<CandidateReport>(deps, `${folder}/${candidateFiles.metrics}`),
  ]);
  const evaluated = report.candidates.find((known) => known.index === index);
  const check = (key: string, bytes: Uint8Array, wanted: string | undefined) => {
    const found = deps.sha256(bytes);
    if (found === wanted) return;
    throw new IntegrityError(
      `${key} of candidate ${name} has sha-256 ${found}, its report says ${wanted}`,
    );
  };
  check(graphKey, graph, evaluated?.graphSha256);
  check(graphKey, graph, candidate.graphSha256);
  if (candidate.explainerSha256 === undefined) return { graph, candidate };

  const explainerKey = `${folder}/${candidateFiles.explainer}`;
  const explainer = await deps.store.get(explainerKey);
  check(explainerKey, explainer, candidate.explainerSha256);
  return { graph, candidate, explainer };
}

async function readCode(
  { store, sha256 }: ReadDeps,
  model: string,
  digest: string,
  definition: StoredDefinition,
): Promise<Uint8Array> {
  const key = storageKeys.definitionCode(model, digest);
  const code = await store.get(key);
  const text = definitionDigestText(definition, sha256(code));
  if (sha256(new TextEncoder().encode(text)) === digest) return code;
  throw new IntegrityError(`${key} is not the code that definition ${digest} was digested with`);
}

async function readJson<T>({ store }: ReadDeps, key: string): Promise<T> {
  return storedJson(await store.get(key), key) as T;
}
