import { errorFields } from "../observability/error-fields.ts";
import type { ObjectStore } from "../ports/object-store.ts";
import { storageKeys } from "../storage-keys.ts";
import { type PredictionMessage, parsePredictionMessage } from "./prediction-message.ts";
import type { PredictionRecord } from "./prediction-record.ts";

/** A message as the queue delivers it. */
export interface QueuedMessage {
  readonly messageId: string;
  readonly body: string;
}

export interface LogPredictionsDeps {
  readonly store: Pick<ObjectStore, "put">;
  /** Records of one version as the bytes of a Parquet file; equal records give equal bytes. */
  readonly encode: (predictions: PredictionMessage) => Uint8Array;
  readonly sha256: (bytes: Uint8Array) => string;
  readonly log: (line: object) => void;
}

/**
 * Writes a batch of messages as Parquet, a file for each model, version and hour of prediction.
 *
 * A file is named by its content: the same batch delivered again writes the same file. A prediction
 * that is twice in the batch is written once; one that comes again in another batch is told by its
 * `predictionId`, which readers have to keep distinct.
 *
 * @returns ids of the messages that cannot be read. They are no reason to lose the others.
 */
export function predictionLogger({ store, encode, sha256, log }: LogPredictionsDeps) {
  return async (
    messages: readonly QueuedMessage[],
  ): Promise<{ readonly failed: readonly string[] }> => {
    const failed: string[] = [];
    const groups = new Map<string, Group>();
    for (const { messageId, body } of messages) {
      try {
        addRecords(groups, parsePredictionMessage(body));
      } catch (error) {
        failed.push(messageId);
        log({ level: "error", messageId, ...errorFields(error) });
      }
    }
    for (const group of groups.values()) {
      const bytes = encode({ inputs: group.inputs, records: inOrder(group.records) });
      await store.put(group.keyOf(sha256(bytes)), bytes);
    }
    return { failed };
  };
}

interface Group {
  readonly inputs: PredictionMessage["inputs"];
  readonly keyOf: (name: string) => string;
  readonly records: Map<string, PredictionRecord>;
}

function addRecords(groups: Map<string, Group>, { inputs, records }: PredictionMessage): void {
  for (const record of records) {
    const { model, version, time, predictionId } = record;
    const date = time.slice(0, 10);
    const hour = time.slice(11, 13);
    const id = `${model}/${version}/${date}/${hour}`;
    const group = groups.get(id) ?? {
      inputs,
      keyOf: (name: string) => storageKeys.predictions(model, date, hour, name),
      records: new Map<string, PredictionRecord>(),
    };
    groups.set(id, group);
    group.records.set(predictionId, record);
  }
}

/** Queues deliver in any order; files must not depend on it. */
function inOrder(records: ReadonlyMap<string, PredictionRecord>): readonly PredictionRecord[] {
  return [...records.values()].sort((a, b) => (a.predictionId < b.predictionId ? -1 : 1));
}
