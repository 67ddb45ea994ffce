import { type ScoringBatch, scoringBatches } from "../../core/dataset/scoring-batches.ts";
import { loadSplit, type SplitToLoad } from "./load-frame.ts";

/**
 * One split of a dataset in batches for scoring with a graph, rows in the dataset's order.
 *
 * @throws {NotFoundError} @throws {IntegrityError} as `loadSplit`.
 */
export async function* splitColumns(
  request: SplitToLoad & { readonly batchRows?: number },
): AsyncGenerator<ScoringBatch> {
  yield* scoringBatches(await loadSplit(request), request.batchRows);
}
