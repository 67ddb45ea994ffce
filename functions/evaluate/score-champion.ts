import { canonicalJson } from "../../core/canonical-json.ts";
import type { ModelInput } from "../../core/definition/model-inputs.ts";
import { type Task, taskOf } from "../../core/definition/task.ts";
import { measure } from "../../core/evaluation/measure.ts";
import {
  missingFields,
  postprocessedPredictions,
} from "../../core/evaluation/postprocessed-predictions.ts";
import { scoreFrame } from "../../core/evaluation/score-frame.ts";
import type { LoadedVersion, LoadVersion } from "../../core/inference/loaded-version.ts";
import type { Registry } from "../../core/registry/registry.ts";
import type { ChampionResult } from "../../core/run/run-report.ts";
import type { FrameColumn, LabelledFrame } from "../../core/training/training-frame.ts";

export interface ChampionDeps {
  readonly registry: Pick<Registry, "aliases">;
  readonly loadVersion: LoadVersion;
}

/** What the run's definition says, as far as a champion of another one may differ. */
export interface Today {
  readonly definitionDigest: string;
  readonly task: Task;
}

/**
 * The model's champion, measured on the same rows by the bytes that the endpoint serves.
 *
 * @returns null if the model has no champion; without metrics if the champion needs an input that
 *   today's dataset does not have.
 * @throws {IntegrityError} if the champion's files are not what was registered.
 */
export async function scoreChampion(
  { registry, loadVersion }: ChampionDeps,
  model: string,
  today: Today,
  test: LabelledFrame,
): Promise<ChampionResult | null> {
  const aliases = await registry.aliases(model);
  const champion = aliases.find(({ alias }) => alias === "champion");
  if (!champion) return null;

  const version = await loadVersion(model, champion.version);
  try {
    return await scoreVersion(version, today, test);
  } finally {
    await version.release();
  }
}

async function scoreVersion(
  loaded: LoadedVersion,
  today: Today,
  test: LabelledFrame,
): Promise<ChampionResult> {
  const { version, manifest, definition } = loaded;
  if (canonicalJson(taskOf(definition.target)) !== canonicalJson(today.task)) {
    const note = `champion version ${version} predicts something else: its target is ${definition.target.type}, with other classes or quantiles than today's ${today.task.type}`;
    return { version, metrics: null, note };
  }
  const lost = manifest.inputs.filter((input) => !test.columns.some(isColumnOf(input)));
  if (lost.length > 0) {
    const named = lost.map(({ name, kind }) => `${name} (${kind})`).join(", ");
    const note = `champion version ${version} needs inputs that the dataset lacks: ${named}`;
    return { version, metrics: null, note };
  }

  const inputs = manifest.inputs.map(({ name }) => name);
  const { postprocess } = loaded;
  const unseen = postprocess ? missingFields(definition, test) : [];
  if (unseen.length > 0) {
    const note = `champion version ${version} has a routine that sees fields which the dataset lacks: ${unseen.join(", ")}`;
    return { version, metrics: null, note };
  }
  const scored = await scoreFrame(loaded, test, inputs);
  const { threshold } = manifest;
  const predictions = postprocess
    ? postprocessedPredictions({ definition, postprocess }, test, {
        predictions: scored,
        threshold,
      })
    : scored;
  return {
    version,
    metrics: measure(today.task, { ...test, predictions, threshold }),
    note:
      manifest.definitionDigest === today.definitionDigest
        ? null
        : `champion version ${version} comes from definition ${manifest.definitionDigest}; inputs and labels here are today's definition's`,
  };
}

const isColumnOf = (input: ModelInput) => (column: FrameColumn) =>
  column.name === input.name && column.kind === input.kind;
