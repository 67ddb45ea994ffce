import type { Predicted, Predictor } from "../../core/inference/predictor.ts";
import type { Facts, RequestFacts } from "../middleware/request-facts.ts";

/** What every route that predicts needs. */
export interface PredictingDeps {
  readonly predictor: Predictor;
  readonly facts: Pick<RequestFacts, "add">;
}

/** What the log says of a request that was answered: by the id every prediction of it is found. */
export const predictedFacts = ({ version, route, id, scores }: Predicted): Facts => ({
  version: version.version,
  alias: route,
  predictionId: id,
  rows: scores.scores.length,
});
