import type { Row } from "../definition/model-definition.ts";
import { type EnrichedRows, enrichRows } from "./enrich-rows.ts";
import type { LoadedVersion } from "./loaded-version.ts";
import type { PredictionRequest, PredictorDeps, RequestWithFallbacks } from "./predictor.ts";
import type { ScoredRequest } from "./shadow-scorer.ts";

type ScoringDeps = Pick<PredictorDeps, "clock" | "features" | "onFallbacks">;

/** What a version makes of a request. */
export async function scoreRequest(
  deps: ScoringDeps,
  version: LoadedVersion,
  { rowsOf, requestId, traceId }: PredictionRequest,
): Promise<ScoredRequest> {
  const given = rowsOf(version);
  const parsed = version.preprocess ? given.map(version.preprocess) : given;
  // Without aggregates nothing is waited for.
  const enriched =
    version.aggregates.length === 0
      ? undefined
      : await enrich(deps, version, parsed, { requestId, traceId });
  const { rows, fallbacks } = enriched ?? { rows: parsed, fallbacks: [] };
  const columns = version.columnsOf(rows);
  const scores = await version.score(columns);
  return { rows, columns, fallbacks, ...(version.postprocess?.(scores, rows) ?? { scores }) };
}

/** @throws {PlatformError} if a feature that must not fail could not be had. */
async function enrich(
  { clock, features, onFallbacks }: ScoringDeps,
  { model, definition, aggregates }: LoadedVersion,
  rows: readonly Row[],
  ids: Pick<RequestWithFallbacks, "requestId" | "traceId">,
): Promise<EnrichedRows> {
  const enriched = await enrichRows({
    rows,
    columns: aggregates,
    eventTime: definition.source.eventTime,
    nowMs: clock(),
    reading: features,
  });
  const { fallbacks, error, refusal } = enriched;
  if (fallbacks.length > 0) onFallbacks({ model, ...ids, fallbacks }, error);
  if (refusal) throw refusal;
  return enriched;
}
