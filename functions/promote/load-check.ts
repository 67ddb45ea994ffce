import { ConflictError, IntegrityError } from "../../core/errors.ts";
import type { LoadedVersion, LoadVersion } from "../../core/inference/loaded-version.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import type { Registry } from "../../core/registry/registry.ts";
import type { SampleRow } from "../../core/run/run-report.ts";
import { sampleColumns } from "../../core/run/sample-columns.ts";
import { storageKeys, versionFiles } from "../../core/storage-keys.ts";
import { storedJson } from "../../core/stored-json.ts";

export interface LoadCheckDeps {
  readonly registry: Pick<Registry, "version">;
  readonly store: Pick<ObjectStore, "get">;
  /** As the endpoint loads it. */
  readonly loadVersion: LoadVersion;
  readonly sha256: (bytes: Uint8Array) => string;
}

/** Largest difference of a prediction from the one that evaluation recorded, relative above 1: they are float32. */
const TOLERANCE = 1e-6;

/**
 * Loads a version as the endpoint does, and lets it answer rows whose predictions are known: what a
 * version must pass before it sees any traffic.
 *
 * @returns its definition
 * @throws {ConflictError} if it was rejected.
 * @throws {IntegrityError} if it does not load, or answers otherwise than it did.
 */
export async function loadCheck(
  deps: LoadCheckDeps,
  model: string,
  version: number,
): Promise<LoadedVersion["definition"]> {
  const { status } = await deps.registry.version(model, version);
  if (status === "rejected") {
    throw new ConflictError(
      `version ${version} of ${model} was rejected and can hold no alias; choose one that passed its gates`,
    );
  }
  const loaded = await deps.loadVersion(model, version);
  try {
    await checkAnswers(loaded, await samplesOf(deps, loaded));
    return loaded.definition;
  } finally {
    await loaded.release();
  }
}

async function samplesOf(
  { store, sha256 }: LoadCheckDeps,
  { model, version, manifest }: LoadedVersion,
): Promise<readonly SampleRow[]> {
  const bytes = await store.get(`${storageKeys.version(model, version)}/${versionFiles.samples}`);
  const wanted = manifest.files[versionFiles.samples]?.sha256;
  if (sha256(bytes) !== wanted) {
    throw new IntegrityError(
      `${versionFiles.samples} of version ${version} of ${model} is not what its manifest says`,
    );
  }
  return storedJson(bytes, versionFiles.samples) as readonly SampleRow[];
}

async function checkAnswers(loaded: LoadedVersion, samples: readonly SampleRow[]): Promise<void> {
  const what = `version ${loaded.version} of ${loaded.model}`;
  if (samples.length === 0) throw new IntegrityError(`${what} has no sample rows to be tried with`);
  const answered = await loaded.score(sampleColumns(loaded.manifest.inputs, samples));
  const width = answered.predictions.length / samples.length;
  for (const [row, { score, predictions }] of samples.entries()) {
    checkRow(`${what} answers`, row, [answered.scores[row]], [score]);
    if (predictions === undefined) continue;
    const found = answered.predictions.subarray(row * width, (row + 1) * width);
    checkRow(`${what} answers`, row, [...found], predictions);
  }
}

function checkRow(
  what: string,
  row: number,
  found: readonly (number | undefined)[],
  wanted: readonly number[],
): void {
  const isSame = wanted.every((value, i) => {
    const difference = Math.abs((found[i] ?? Number.NaN) - value);
    return difference <= TOLERANCE * Math.max(1, Math.abs(value));
  });
  if (isSame && found.length === wanted.length) return;
  throw new IntegrityError(
    `${what} ${found.join(", ")} for sample row ${row}, evaluation recorded ${wanted.join(", ")}`,
  );
}
