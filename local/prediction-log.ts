import { errorFields } from "../core/observability/error-fields.ts";

/** Messages taken from the queue; they are given again after a crash until `done` is called. */
export interface ReceivedBatch {
  readonly messages: readonly { readonly messageId: string; readonly body: string }[];
  done(): Promise<void>;
}

export interface PredictionLogDeps {
  readonly receiveBatch: (most: number) => Promise<ReceivedBatch>;
  /** The log-predictions function; gives back the messages that it could not take. */
  readonly handle: (
    messages: ReceivedBatch["messages"],
  ) => Promise<{ readonly failed: readonly string[] }>;
  /** Keeps a message that could not be taken, for a person to look at. */
  readonly keepDeadLetter: (message: ReceivedBatch["messages"][number]) => Promise<void>;
  readonly log: (line: object) => void;
  readonly intervalMs: number;
}

/** Largest number of messages that become one call, and so at least one Parquet file. */
const BATCH = 5_000;

/** Moves logged predictions from the queue to Parquet: SQS's event source of the local platform. */
export function startPredictionLog(deps: PredictionLogDeps) {
  let turn: Promise<void> = Promise.resolve();

  const empty = async () => {
    for (;;) {
      const batch = await deps.receiveBatch(BATCH);
      if (batch.messages.length === 0) return batch.done();
      const { failed } = await deps.handle(batch.messages);
      // a message that cannot be read today cannot be read tomorrow
      for (const message of batch.messages) {
        if (!failed.includes(message.messageId)) continue;
        await deps.keepDeadLetter(message);
        deps.log({ level: "error", deadLetter: message.messageId });
      }
      await batch.done();
    }
  };
  const drain = (): Promise<void> => {
    turn = turn.then(empty).catch((error: Error) => {
      const { message, ...fields } = errorFields(error);
      deps.log({ level: "error", ...fields, message: `predictions wait in the queue: ${message}` });
    });
    return turn;
  };

  const timer = setInterval(drain, deps.intervalMs);
  return {
    /** Resolves when everything that was sent before is in Parquet or among the dead letters. */
    drain,
    async stop() {
      clearInterval(timer);
      await drain();
    },
  };
}
