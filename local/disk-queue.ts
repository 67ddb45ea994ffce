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

/** Messages handed out; the same come again until `done` or `setAside`. */
export interface QueueBatch {
  /** Oldest first; empty if the queue is. */
  readonly messages: readonly QueueMessage[];
  /** How often this process has handed out these messages, this time included. */
  readonly receives: number;
  /** Forgets the messages: they were worked off. */
  done(): Promise<void>;
  /** Moves the messages to `dead.jsonl`: they cannot be worked off, and others wait behind them. */
  setAside(): Promise<void>;
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
  let out: { readonly lines: readonly string[]; readonly messages: readonly QueueMessage[] };
  let receives = 0;
  let isOut = false;

  /** Lines that are no messages are put aside here, so that only an empty queue gives no message. */
  const take = async (max: number) => {
    for (;;) {
      const lines = await reader.peek(max);
      const damaged = lines.filter((line) => messageOf(line) === undefined);
      if (damaged.length > 0) await keepDeadLines(directory, damaged);
      out = { lines, messages: lines.flatMap((line) => messageOf(line) ?? []) };
      isOut = out.messages.length > 0;
      receives = 0;
      if (isOut || lines.length === 0) return;
      await reader.advance(lines.length);
    }
  };

  return async (max) => {
    if (!Number.isInteger(max) || max < 1) {
      throw new InvalidInputError(`max is ${max}; it must be a whole number of at least 1`);
    }
    if (!isOut) await take(max);
    receives += 1;
    const batch = out;
    const forget = async () => {
      if (!isOut || batch !== out) return;
      isOut = false;
      await reader.advance(batch.lines.length);
    };
    return {
      messages: batch.messages,
      receives,
      done: forget,
      async setAside() {
        if (!isOut || batch !== out) return;
        await keepDeadLines(directory, batch.messages.map(lineOf));
        await forget();
      },
    };
  };
}

const lineOf = ({ messageId, body }: QueueMessage) => JSON.stringify([messageId, body]);

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
