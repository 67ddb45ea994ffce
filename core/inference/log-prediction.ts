import { predictionMessages } from "./prediction-message.ts";
import { type Logged, loggedKinds, predictionRecords } from "./prediction-records.ts";
import type { PredictorDeps } from "./predictor.ts";

/** Sends a request's records to the queue; what cannot be sent is told, and fails nothing. */
export async function logPrediction(
  { queue, onUnlogged }: Pick<PredictorDeps, "queue" | "onUnlogged">,
  logged: Logged,
): Promise<void> {
  const { version, id } = logged.predicted;
  const { requestId, traceId } = logged.ids;
  const inputs = loggedKinds(version);
  const records = predictionRecords(logged);
  try {
    for (const body of predictionMessages({ inputs, records })) await queue.send(body);
  } catch (error) {
    onUnlogged({ model: version.model, requestId, traceId, predictionId: id }, error);
  }
}
