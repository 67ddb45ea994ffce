import { modelInputs } from "../../core/definition/model-inputs.ts";
import { taskOf } from "../../core/definition/task.ts";
import { InvalidInputError } from "../../core/errors.ts";
import { sampledExplainer } from "../../core/explain/sampled-explainer.ts";
import { exactExplainer, type VersionExplainer } from "../../core/explain/version-explainer.ts";
import type { LoadedVersion } from "../../core/inference/loaded-version.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import type { SampleRow } from "../../core/run/run-report.ts";
import { sampleColumns } from "../../core/run/sample-columns.ts";
import { storageKeys, versionFiles } from "../../core/storage-keys.ts";
import { storedJson } from "../../core/stored-json.ts";
import { readChecked } from "../read-checked.ts";

/**
 * What explains a version: its own `explainer.json`, or else samples of its graph against the rows of its
 * `samples.json`.
 *
 * @throws {InvalidInputError} if it has neither.
 * @throws {IntegrityError} if what it has is damaged.
 */
export async function loadExplainer(
  store: Pick<ObjectStore, "get">,
  { definition, manifest, score }: Pick<LoadedVersion, "definition" | "manifest" | "score">,
): Promise<VersionExplainer> {
  const { model, version, files } = manifest;
  const folder = storageKeys.version(model, version);
  const read = (name: string) => readChecked(store, `${folder}/${name}`, files[name]?.sha256);
  const task = taskOf(definition.target);
  if (Object.hasOwn(files, versionFiles.explainer)) {
    const bytes = await read(versionFiles.explainer);
    // Imported when it is needed: nobody who only predicts waits for this code.
    const { parseExplainer } = await import("../../core/explain/parse-explainer.ts");
    return exactExplainer(parseExplainer(bytes), task, bytes.byteLength);
  }
  const samples = Object.hasOwn(files, versionFiles.samples)
    ? (storedJson(await read(versionFiles.samples), versionFiles.samples) as readonly SampleRow[])
    : [];
  if (samples.length === 0) {
    throw new InvalidInputError(
      `version ${version} of ${model} cannot be explained: it has neither an explainer nor sample rows; train it again, or leave explain out`,
    );
  }
  const inputs = modelInputs(definition);
  const background = sampleColumns(inputs, samples);
  const names = inputs.map(({ name }) => name);
  return sampledExplainer({
    task,
    inputs: names,
    background,
    backgroundRows: samples.length,
    score,
  });
}
