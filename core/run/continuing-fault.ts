import { canonicalJson } from "../canonical-json.ts";
import type { Candidate, StoredDefinition } from "../definition/model-definition.ts";
import { modelInputs } from "../definition/model-inputs.ts";
import { versionFiles } from "../storage-keys.ts";
import type { VersionManifest } from "./artifacts.ts";

/** Parameters that say what trees may look like: trees under other ones would break the promise. */
const PROMISES = ["objective", "monotone", "interactions"] as const;

type Given = Pick<StoredDefinition, "fields" | "rowFeatures" | "target">;
type Earlier = Given & Partial<Pick<StoredDefinition, "transforms" | "candidates">>;

/**
 * Why a candidate cannot go on from a version; `undefined` if it can. It must be of the same family, with
 * the same inputs, target, objective and constraints, no transforms, and have stored what training goes
 * on from.
 *
 * @param earlier the version's manifest and definition
 */
export function continuingFault(
  candidate: Candidate,
  today: Given,
  earlier: { readonly manifest: VersionManifest; readonly definition: Earlier },
): string | undefined {
  const { version, family, files, parameters } = earlier.manifest;
  const champion = `champion version ${version}`;
  if (family !== candidate.family) return `${champion} is of the family ${family}`;
  if (!Object.hasOwn(files, versionFiles.explainer)) {
    return `${champion} has no ${versionFiles.explainer}`;
  }
  if (hasTransforms(earlier.definition, earlier.manifest.candidate)) {
    return `${champion} has transforms`;
  }
  const columns = columnsOf(today);
  const before = columnsOf(earlier.definition);
  if (columns !== before) return `${champion} has the inputs [${before}], today's are [${columns}]`;
  if (!isSame(earlier.definition.target, today.target)) return `${champion} has another target`;
  const wanted: Readonly<Record<string, unknown>> = candidate.parameters;
  const other = PROMISES.find((name) => !isSame(parameters[name], wanted[name]));
  return other && `${champion} was trained with another ${other}`;
}

/** Candidates that a search draws have the definition's. */
function hasTransforms({ transforms, candidates = [] }: Earlier, name: string): boolean {
  const own = candidates.find((candidate) => candidate.name === name)?.transforms;
  return (own ?? transforms ?? []).length > 0;
}

const columnsOf = (definition: Given) =>
  modelInputs(definition)
    .map(({ name, kind }) => `${name}: ${kind}`)
    .join(", ");

const isSame = (a: unknown, b: unknown) =>
  canonicalJson([a ?? null]) === canonicalJson([b ?? null]);
