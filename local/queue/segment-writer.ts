import { type FileHandle, open } from "node:fs/promises";
import { syncFile } from "../sync-file.ts";
import { segmentPath } from "./segment-files.ts";

/** A segment is read whole, so it must not grow far beyond this. */
const MAX_SEGMENT_BYTES = 8 * 1024 ** 2;

export interface SegmentWriter {
  /** Resolves when the line is on the disk. Lines that wait together share one sync. */
  append(line: string): Promise<void>;
  /** Closes the segment that is being written, so that it can be read; the next line opens another. */
  seal(): Promise<void>;
  /** The segment that is being written. */
  current(): number | undefined;
}

interface Waiting {
  readonly line: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** @param last number of the last segment that ever was in the directory */
export function segmentWriter(directory: string, last: number): SegmentWriter {
  let number = last;
  let isOpen = false;
  let file: FileHandle | undefined;
  let sizeBytes = 0;
  let waiting: Waiting[] = [];
  let work: Promise<void> = Promise.resolve();

  const inTurn = (task: () => Promise<void>): Promise<void> => {
    const turn = work.then(task);
    // who asked for the turn hears of its failure; the next one begins all the same
    work = turn.catch(() => {});
    return turn;
  };

  const openNext = async () => {
    number += 1;
    isOpen = true;
    sizeBytes = 0;
    const opened = await open(segmentPath(directory, number), "wx");
    await syncFile(directory);
    return opened;
  };

  const close = async () => {
    const closing = file;
    file = undefined;
    isOpen = false;
    await closing?.close();
  };

  const flush = async () => {
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    try {
      file ??= await openNext();
      const bytes = Buffer.from(batch.map(({ line }) => `${line}\n`).join(""));
      await file.appendFile(bytes);
      await file.datasync();
      sizeBytes += bytes.byteLength;
      if (sizeBytes >= MAX_SEGMENT_BYTES) await close();
      for (const { resolve } of batch) resolve();
    } catch (error) {
      for (const { reject } of batch) reject(error);
      // Half a line may stand at its end; nothing may follow that. The senders have the first error.
      await close().catch(() => {});
    }
  };

  return {
    append: (line) =>
      new Promise<void>((resolve, reject) => {
        waiting.push({ line, resolve, reject });
        if (waiting.length === 1) inTurn(flush);
      }),
    seal: () => inTurn(close),
    current: () => (isOpen ? number : undefined),
  };
}
