import type { ModelInput } from "../../core/definition/model-inputs.ts";
import { IntegrityError } from "../../core/errors.ts";
import { binaryMetrics } from "../../core/evaluation/binary-metrics.ts";
import type { VersionRecord } from "../../core/registry/records.ts";
import type { Registry } from "../../core/registry/registry.ts";
import type { VersionManifest } from "../../core/run/artifacts.ts";
import type { ChampionResult } from "../../core/run/run-report.ts";
import { storageKeys, versionFiles } from "../../core/storage-keys.ts";
import type { FrameColumn, LabelledFrame } from "../../core/training/training-frame.ts";
import { type ScoringDeps, scoreGraph } from "./score-candidates.ts";

export interface ChampionDeps extends ScoringDeps {
  readonly registry: Pick<Registry, "aliases" | "version">;
}

/**
 * The model's champion, measured on the same rows.
 *
 * @returns null if the model has no champion; without metrics if the champion needs an input that
 *   today's dataset does not have.
 * @throws {IntegrityError} if the champion's files are not what was registered.
 */
export async function scoreChampion(
  deps: ChampionDeps,
  model: string,
  definitionDigest: string,
  test: LabelledFrame,
): Promise<ChampionResult | null> {
  const aliases = await deps.registry.aliases(model);
  const champion = aliases.find(({ alias }) => alias === "champion");
  if (!champion) return null;

  const record = await deps.registry.version(model, champion.version);
  const folder = storageKeys.version(model, record.version);
  const manifest = await readManifest(deps, folder, record);
  const lost = manifest.inputs.filter((input) => !test.columns.some(isColumnOf(input)));
  if (lost.length > 0) {
    const named = lost.map(({ name, kind }) => `${name} (${kind})`).join(", ");
    const note = `champion version ${record.version} needs inputs that the dataset lacks: ${named}`;
    return { version: record.version, metrics: null, note };
  }

  const graphSha256 = manifest.files[versionFiles.graph]?.sha256 ?? "none";
  const inputs = manifest.inputs.map(({ name }) => name);
  const scores = await scoreGraph(
    deps,
    `${folder}/${versionFiles.graph}`,
    graphSha256,
    test,
    inputs,
  );
  const { threshold } = manifest;
  const isSameDefinition = record.definitionDigest === definitionDigest;
  return {
    version: record.version,
    metrics: binaryMetrics({ labels: test.labels, scores, threshold }),
    note: isSameDefinition
      ? null
      : `champion version ${record.version} comes from definition ${record.definitionDigest}; inputs and labels are today's definition's`,
  };
}

const isColumnOf = (input: ModelInput) => (column: FrameColumn) =>
  column.name === input.name && column.kind === input.kind;

async function readManifest(
  { store, sha256 }: ScoringDeps,
  folder: string,
  record: VersionRecord,
): Promise<VersionManifest> {
  const bytes = await store.get(`${folder}/${versionFiles.manifest}`);
  const found = sha256(bytes);
  if (found !== record.manifestSha256) {
    throw new IntegrityError(
      `manifest of version ${record.version} of ${record.model} has sha-256 ${found}, not ${record.manifestSha256}`,
    );
  }
  return JSON.parse(new TextDecoder().decode(bytes)) as VersionManifest;
}
