import type { Registry } from "../../core/registry/registry.ts";
import { failureError } from "../../core/run/failure-error.ts";
import { type EndRunOutput, endRunInput } from "../../core/run/messages.ts";
import { parseMessage } from "../../core/run/parse-message.ts";

export interface EndRunDeps {
  readonly registry: Pick<Registry, "endRun">;
}

/** Records how a run ended. */
export const makeHandler =
  ({ registry }: EndRunDeps) =>
  async (event: unknown): Promise<EndRunOutput> => {
    const input = parseMessage(endRunInput, event);
    const { model, runId, status, datasetDigest, durations, failure } = input;
    const error = failure && failureError(failure);
    const outcome = {
      status,
      ...(datasetDigest !== undefined && { datasetDigest }),
      ...(durations && { durations }),
      ...(error && { error }),
    };
    const why = error ? `${error.name}: ${error.message}` : `the run ${status}`;
    const run = await registry.endRun(model, runId, outcome, { by: "training workflow", why });
    return { status: run.status };
  };
