import type { LoadDefinition } from "../../core/definition/loaded-definition.ts";
import type {
  ComputeRowFeature,
  StoredDefinition,
} from "../../core/definition/model-definition.ts";
import { modelInputs } from "../../core/definition/model-inputs.ts";
import { servedAggregates } from "../../core/definition/served-features.ts";
import { taskOf } from "../../core/definition/task.ts";
import { IntegrityError, NotFoundError, PlatformError } from "../../core/errors.ts";
import type { VersionExplainer } from "../../core/explain/version-explainer.ts";
import { checkPredictions } from "../../core/inference/check-predictions.ts";
import type { LoadedVersion, LoadVersion } from "../../core/inference/loaded-version.ts";
import { instanceParser } from "../../core/inference/parse-instances.ts";
import type { OpenScorer, Scorer, ScoringColumns } from "../../core/inference/scorer.ts";
import { scoringColumns } from "../../core/inference/scoring-columns.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import type { Registry } from "../../core/registry/registry.ts";
import { fallbackAnswers } from "../../core/routines/fallback-answers.ts";
import { answerPostprocessor } from "../../core/routines/postprocess-answers.ts";
import { rowPreprocessor } from "../../core/routines/preprocess-rows.ts";
import { routinesOf } from "../../core/routines/routine-code.ts";
import type { VersionManifest } from "../../core/run/artifacts.ts";
import { storageKeys, versionFiles } from "../../core/storage-keys.ts";
import { storedJson } from "../../core/stored-json.ts";
import { readChecked } from "../read-checked.ts";
import { sha256 } from "../sha256.ts";
import { loadExplainer } from "./load-explainer.ts";

export interface VersionLoaderDeps {
  readonly store: Pick<ObjectStore, "get">;
  readonly registry: Pick<Registry, "version">;
  readonly loadDefinition: LoadDefinition;
  readonly loadCode: (
    code: Uint8Array,
    sha256: string,
  ) => Promise<Readonly<Record<string, ComputeRowFeature>>>;
  readonly openScorer: OpenScorer;
  /**
   * Whether files are read that no prediction needs, such as the card: a promotion wants to know that a
   * version is whole, a request waits for each of them. @default all
   */
  readonly reads?: "all" | "served";
}

/**
 * Loads versions as the endpoint serves them. The registry names the manifest's digest, the manifest
 * every other file's: nothing is used before its bytes were found to be those that were registered.
 * Row features run from the version's own `code.mjs`, never from what the definition is today.
 */
export function versionLoader(deps: VersionLoaderDeps): LoadVersion {
  return async (model, version) => {
    const record = await deps.registry.version(model, version);
    if (record.status === "rejected") {
      throw new NotFoundError(
        `version ${version} of ${model} was rejected and is not served: ${record.reasons.join("; ")}`,
      );
    }
    return await asIntegrity(nameOf(model, version), async () => {
      const folder = storageKeys.version(model, version);
      const manifest = await readManifest(deps.store, folder, record.manifestSha256);
      const [files, { definition }] = await Promise.all([
        readFiles(deps, folder, manifest),
        deps.loadDefinition(model, manifest.definitionDigest),
      ]);
      return await assemble(deps, { manifest, definition }, files);
    });
  };
}

const nameOf = (model: string, version: number) => `version ${version} of ${model}`;

/** Whatever is missing or does not load in a version that is registered is a broken version. */
async function asIntegrity<T>(what: string, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof PlatformError) || cause.kind === "unavailable") throw cause;
    throw new IntegrityError(`${what} cannot be served: ${cause.message}`, { cause });
  }
}

async function readManifest(
  store: VersionLoaderDeps["store"],
  folder: string,
  wantedSha256: string,
): Promise<VersionManifest> {
  const bytes = await readChecked(store, `${folder}/${versionFiles.manifest}`, wantedSha256);
  return storedJson(bytes, "manifest") as VersionManifest;
}

const SERVED_FILES: readonly string[] = [versionFiles.graph, versionFiles.code];

async function readFiles(
  { store, reads = "all" }: VersionLoaderDeps,
  folder: string,
  { files }: VersionManifest,
): Promise<ReadonlyMap<string, Uint8Array>> {
  // An explainer may be larger than the graph, and no prediction needs it.
  const isRead = (name: string) =>
    reads === "all" ? name !== versionFiles.explainer : SERVED_FILES.includes(name);
  const served = Object.entries(files).filter(([name]) => isRead(name));
  const entries = served.map(
    async ([name, { sha256: wanted }]) =>
      [name, await readChecked(store, `${folder}/${name}`, wanted)] as const,
  );
  return new Map(await Promise.all(entries));
}

async function assemble(
  deps: VersionLoaderDeps,
  { manifest, definition }: Pick<LoadedVersion, "manifest" | "definition">,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<LoadedVersion> {
  const { model, version, definitionDigest } = manifest;
  const code = fileNamed(files, versionFiles.code);
  const graph = fileNamed(files, versionFiles.graph);
  const compute = await deps.loadCode(code, sha256(code));
  const columnsOf = scoringColumns({ digest: definitionDigest, definition, compute });

  const task = taskOf(definition.target);
  const scorer = await deps.openScorer(graph, task);
  try {
    await scoreOneRow(scorer, definition);
  } catch (error) {
    await scorer.release();
    throw error;
  }
  let explainer: Promise<VersionExplainer> | undefined;
  let explainerBytes = 0;
  const loaded: LoadedVersion = {
    model,
    version,
    definition,
    manifest,
    get sizeBytes() {
      return graph.byteLength + explainerBytes;
    },
    parse: instanceParser(definition),
    aggregates: servedAggregates(definition),
    columnsOf,
    ...routineParts(definition, compute),
    score: async (columns) => {
      const answered = await scorer.score(columns);
      await asIntegrity(nameOf(model, version), () => checkPredictions(task, answered));
      return answered;
    },
    explainer: async () => {
      explainer ??= loadExplainer(deps.store, loaded);
      try {
        const found = await explainer;
        explainerBytes = found.sizeBytes;
        return found;
      } catch (error) {
        // The next request tries again.
        explainer = undefined;
        throw error;
      }
    },
    release: () => scorer.release(),
  };
  return loaded;
}

/** The version's own routines, where it has some. */
function routineParts(
  definition: StoredDefinition,
  compute: Readonly<Record<string, ComputeRowFeature>>,
): Pick<LoadedVersion, "preprocess" | "postprocess" | "fallback"> {
  const { preprocess, postprocess } = routinesOf(definition, compute);
  const fallback = fallbackAnswers(definition, compute);
  return {
    ...(preprocess && { preprocess: rowPreprocessor(definition, preprocess) }),
    ...(fallback && { fallback }),
    ...(postprocess && { postprocess: answerPostprocessor(definition, postprocess) }),
  };
}

function fileNamed(files: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array {
  const bytes = files.get(name);
  if (bytes === undefined) throw new IntegrityError(`its manifest names no ${name}`);
  return bytes;
}

/** Lets the graph answer a row without any value: finds a wrong graph now, and warms a right one. */
async function scoreOneRow(scorer: Scorer, definition: StoredDefinition): Promise<void> {
  const columns: ScoringColumns = Object.fromEntries(
    modelInputs(definition).map(({ name, kind }) => [
      name,
      kind === "number" ? Float32Array.of(Number.NaN) : [""],
    ]),
  );
  const answered = await scorer.score(columns);
  if (answered.scores.length === 0) throw new IntegrityError("its graph answered nothing to a row");
  checkPredictions(taskOf(definition.target), answered);
}
