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
  /** What the messages are, for the log. @default predictions */
  readonly what?: string;
  /** Largest number of messages of one call. @default 5,000 */
  readonly batch?: number;
  /**
   * How often a message is handed over before it is a dead letter. @default 1: a prediction that cannot
   * be read today cannot be read tomorrow
   */
  readonly attempts?: number;
}

/** Largest number of messages that become one call, and so at least one Parquet file. */
const BATCH = 5_000;

/** Moves logged predictions from the queue to Parquet: SQS's event source of the local platform. */
export function startPredictionLog(deps: PredictionLogDeps) {
  const { what = "predictions", batch: most = BATCH, attempts = 1 } = deps;
  let turn: Promise<void> = Promise.resolve();
  /** Of the batch that is out. */
  let tried = 0;

  const empty = async () => {
    for (;;) {
      const batch = await deps.receiveBatch(most);
      if (batch.messages.length === 0) return batch.done();
      const { failed } = await deps.handle(batch.messages);
      tried += 1;
      // the same batch comes again at the next turn
      if (failed.length > 0 && tried < attempts) return;
      tried = 0;
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
      deps.log({ level: "error", ...fields, message: `${what} wait in the queue: ${message}` });
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
