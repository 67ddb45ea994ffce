import { UnavailableError } from "../errors.ts";
import { predictionMessages } from "./prediction-message.ts";
import { type Logged, loggedKinds, predictionRecords } from "./prediction-records.ts";
import type { PredictorDeps } from "./predictor.ts";

/** Sends a request's records to the queue; what cannot be made or sent is told, and fails nothing. */
export async function logPrediction(
  {
    queue,
    onUnlogged,
    deployments,
  }: Pick<PredictorDeps, "queue" | "onUnlogged"> & {
    readonly deployments: Pick<PredictorDeps["deployments"], "champion" | "acquire">;
  },
  logged: Logged,
): Promise<void> {
  const { version, id, route } = logged.predicted;
  const { requestId, traceId } = logged.ids;
  try {
    const redact = route === "champion" ? [] : await redactedNow(deployments, version.model, route);
    const records = predictionRecords(logged, redact);
    if (records.length === 0) return;
    const inputs = loggedKinds(version);
    for (const body of predictionMessages({ inputs, records })) await queue.send(body);
  } catch (error) {
    onUnlogged({ model: version.model, requestId, traceId, predictionId: id }, error);
  }
}

/**
 * What the champion's definition leaves out of the log: a version from before a field was called personal
 * must not write it.
 *
 * @throws what loading the champion throws, so that nothing is logged rather than too much
 */
async function redactedNow(
  deployments: Pick<PredictorDeps["deployments"], "champion" | "acquire">,
  model: string,
  route: Logged["predicted"]["route"],
): Promise<readonly string[]> {
  const loaded = deployments.champion(model);
  // A fallback answers by the definition of today where no champion is loaded.
  if (loaded === undefined && route === "fallback") return [];
  if (loaded !== undefined) return loaded.definition.serving?.log?.redact ?? [];
  try {
    const { lease } = await deployments.acquire(model);
    lease.giveBack();
    return lease.version.definition.serving?.log?.redact ?? [];
  } catch (error) {
    // A model without a champion: the versions that callers name are all that says what is personal.
    if (error instanceof UnavailableError && error.isPublic) return [];
    throw error;
  }
}
