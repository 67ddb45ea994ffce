import { canonicalJson } from "../canonical-json.ts";
import { aggregateColumns } from "../definition/aggregate-columns.ts";
import type { StoredDefinition } from "../definition/model-definition.ts";
import { contractColumns } from "./contract-columns.ts";
import { datasetShape } from "./dataset-shape.ts";
import { SPLIT_NAMES, type SplitName } from "./manifest.ts";

/** Raised when the same rows are stored or profiled in another way, so that nothing old is reused. */
const FORMAT = 1;

/**
 * Text whose SHA-256 is the digest of a dataset: how the definition shapes rows, and the rows.
 *
 * Words for people, candidates, gates and schedules are not in it, so that changing them keeps the
 * dataset. The code of row features is in it by what it computed: its values are among the rows.
 * What a definition does not use is left out, so that a dataset keeps its digest when there is more
 * that could be used.
 *
 * @param splits rows and digest of the content of each split
 */
export function datasetIdentity(
  definition: StoredDefinition,
  splits: Readonly<Record<SplitName, { readonly rows: number; readonly contentSha256: string }>>,
): string {
  const { name, source, target, weight, rowFeatures, split, sampling, balance } = definition;
  const { inputs, context } = datasetShape(definition);
  const { quantiles: _ofModels, ...shaping } = target;
  return canonicalJson({
    format: FORMAT,
    model: name,
    source: { eventTime: source.eventTime, id: source.id },
    columns: contractColumns(definition),
    inputs,
    ...(context.length > 0 && { context }),
    target: shaping,
    ...(weight && { weight }),
    rowFeatures: Object.fromEntries(
      Object.entries(rowFeatures).map(([feature, { type, from }]) => [feature, { type, from }]),
    ),
    ...aggregateParts(definition),
    split,
    ...(sampling && { sampling }),
    ...(balance && { balance }),
    splits: SPLIT_NAMES.map((part) => ({
      name: part,
      rows: splits[part].rows,
      contentSha256: splits[part].contentSha256,
    })),
  });
}

/** How aggregates are computed; nothing where there are none. Words for people are not in it. */
function aggregateParts(definition: StoredDefinition): object {
  const columns = aggregateColumns(definition);
  if (columns.length === 0) return {};
  const aggregates = columns.map(({ name, stream, feature, key }) => {
    const { description: _words, owner: _people, ...computed } = feature;
    return { name, stream: stream.name, eventTime: stream.eventTime, id: stream.id, key, computed };
  });
  return { aggregates };
}
