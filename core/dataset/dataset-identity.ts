import { canonicalJson } from "../canonical-json.ts";
import type { StoredDefinition } from "../definition/model-definition.ts";
import { modelInputs } from "../definition/model-inputs.ts";
import { contractColumns } from "./contract-columns.ts";
import { SPLIT_NAMES, type SplitName } from "./manifest.ts";

/** Raised when the same rows are stored or profiled in another way, so that nothing old is reused. */
const FORMAT = 1;

/**
 * Text whose SHA-256 is the digest of a dataset: how the definition shapes rows, and the rows.
 *
 * Words for people, candidates, gates and schedules are not in it, so that changing them keeps the
 * dataset. The code of row features is in it by what it computed: its values are among the rows.
 *
 * @param splits rows and digest of the content of each split
 */
export function datasetIdentity(
  definition: StoredDefinition,
  splits: Readonly<Record<SplitName, { readonly rows: number; readonly contentSha256: string }>>,
): string {
  const { name, source, target, rowFeatures, split } = definition;
  return canonicalJson({
    format: FORMAT,
    model: name,
    source: { eventTime: source.eventTime, id: source.id },
    columns: contractColumns(definition),
    inputs: modelInputs(definition),
    target,
    rowFeatures: Object.fromEntries(
      Object.entries(rowFeatures).map(([feature, { type, from }]) => [feature, { type, from }]),
    ),
    split,
    splits: SPLIT_NAMES.map((part) => ({
      name: part,
      rows: splits[part].rows,
      contentSha256: splits[part].contentSha256,
    })),
  });
}
