import { IntegrityError, NotFoundError } from "../../core/errors.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { type TrainOutput, trainInput, trainOutput } from "../../core/run/messages.ts";
import { parseMessage } from "../../core/run/parse-message.ts";
import { type TaskOutcome, taskOutcomeSchema } from "../../core/run/task-outcome.ts";
import { storageKeys } from "../../core/storage-keys.ts";
import { parseStored } from "../../core/stored-json.ts";

export interface CollectCandidateDeps {
  readonly store: Pick<ObjectStore, "get" | "list">;
}

/**
 * Takes up what a training task in a container stored: Step Functions learns of a container only that
 * it ended. Answers as the training function would have, and throws what it would have thrown.
 */
export const makeHandler =
  ({ store }: CollectCandidateDeps) =>
  async (event: unknown): Promise<TrainOutput> => {
    const { model, runId, round, candidate } = parseMessage(trainInput, event);
    const folder = storageKeys.candidateOutcomes(model, runId, candidate.index, round);
    const outcome = await newestOutcome(store, folder);
    if ("error" in outcome) throw namedError(outcome.error);
    const parsed = trainOutput.safeParse(outcome.output);
    if (parsed.success) return parsed.data;
    throw new IntegrityError(`the outcome of candidate ${candidate.index} is no training output`, {
      cause: parsed.error,
    });
  };

/** A task that was lost is started again, so there may be several; names grow with time. */
async function newestOutcome(
  store: CollectCandidateDeps["store"],
  folder: string,
): Promise<TaskOutcome> {
  const keys: string[] = [];
  for await (const { key } of store.list(`${folder}/`)) keys.push(key);
  const newest = keys.toSorted().at(-1);
  if (newest === undefined) {
    throw new NotFoundError(
      `the training task ended without an outcome below ${folder}/; look at its log`,
    );
  }
  return parseStored(taskOutcomeSchema, await store.get(newest), "outcome of a training task");
}

/** States retry and catch by name, so the error keeps the one it had in the container. */
function namedError({ name, message }: { readonly name: string; readonly message: string }): Error {
  return Object.assign(new Error(message), { name });
}
