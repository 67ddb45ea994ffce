import { mkdir } from "node:fs/promises";
import { InvalidInputError } from "../core/errors.ts";
import type { Queue } from "../core/ports/queue.ts";
import { keepDeadLines, listSegments, readCursor } from "./queue/segment-files.ts";
import { type SegmentReader, segmentReader } from "./queue/segment-reader.ts";
import { segmentWriter } from "./queue/segment-writer.ts";

export interface QueueMessage {
  readonly messageId: string;
  readonly body: string;
}

/** Messages handed out; the same come again until `done`, also in the next process. */
export interface QueueBatch {
  /** Oldest first; empty if the queue is. */
  readonly messages: readonly QueueMessage[];
  /** Forgets the messages: they were worked off. */
  done(): Promise<void>;
}

export interface DiskQueue extends Queue {
  /** One batch is out at a time. */
  receiveBatch(max: number): Promise<QueueBatch>;
  /** Waits for what is being written. What was sent stays for the next process. */
  close(): Promise<void>;
}

/**
 * A queue in a directory, in order and at least once: what `send` has answered survives a crash of the
 * process and of the machine. It belongs to one process; a second one would hand out the same.
 *
 * @param newId gives an id that no other call gives, in this process or elsewhere
 */
export async function diskQueue(options: {
  readonly directory: string;
  readonly newId: () => string;
}): Promise<DiskQueue> {
  const { directory, newId } = options;
  await mkdir(directory, { recursive: true });
  const cursor = await readCursor(directory);
  const last = Math.max(cursor.segment, ...(await listSegments(directory)));
  const writer = segmentWriter(directory, last);
  const reader = segmentReader(directory, writer, cursor);
  return {
    async send(body) {
      if (body === "") throw new InvalidInputError("message is empty; send at least one character");
      await writer.append(JSON.stringify([newId(), body]));
    },
    receiveBatch: batchReceiver(directory, reader),
    close: () => writer.seal(),
  };
}

function batchReceiver(directory: string, reader: SegmentReader): DiskQueue["receiveBatch"] {
  let out: QueueBatch | undefined;

  const take = async (max: number): Promise<QueueBatch> => {
    for (;;) {
      const lines = await reader.peek(max);
      const damaged = lines.filter((line) => messageOf(line) === undefined);
      if (damaged.length > 0) await keepDeadLines(directory, damaged);
      const messages = lines.flatMap((line) => messageOf(line) ?? []);
      const batch: QueueBatch = {
        messages,
        async done() {
          if (out !== batch) return;
          out = undefined;
          await reader.advance(lines.length);
        },
      };
      // Only an empty queue gives no message: lines that are none are passed over.
      if (messages.length > 0 || lines.length === 0) return batch;
      await reader.advance(lines.length);
    }
  };

  return async (max) => {
    if (!Number.isInteger(max) || max < 1) {
      throw new InvalidInputError(`max is ${max}; it must be a whole number of at least 1`);
    }
    out ??= await take(max);
    const batch = out;
    if (batch.messages.length === 0) out = undefined;
    return batch;
  };
}

/** `undefined` for a line that is no message: a disk may damage what a crash left unfinished. */
function messageOf(line: string): QueueMessage | undefined {
  try {
    const [messageId, body]: unknown[] = JSON.parse(line);
    if (typeof messageId !== "string" || typeof body !== "string") return undefined;
    return { messageId, body };
  } catch {
    return undefined;
  }
}
