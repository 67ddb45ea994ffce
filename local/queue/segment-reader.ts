import { rm } from "node:fs/promises";
import { type Cursor, listSegments, readLines, segmentPath, writeCursor } from "./segment-files.ts";
import type { SegmentWriter } from "./segment-writer.ts";

export interface SegmentReader {
  /** The oldest lines that are not worked off, at most `max` and all of one segment. */
  peek(max: number): Promise<readonly string[]>;
  /** Forgets the oldest lines for good; a segment without any left is removed. */
  advance(count: number): Promise<void>;
}

interface OpenSegment {
  readonly number: number;
  readonly lines: readonly string[];
  done: number;
}

/** @param cursor where the last process stood */
export function segmentReader(
  directory: string,
  writer: SegmentWriter,
  cursor: Cursor,
): SegmentReader {
  let segment: OpenSegment | undefined;

  const remove = async (number: number) => {
    segment = undefined;
    await rm(segmentPath(directory, number), { force: true });
  };

  /** The oldest segment that has lines left and is not being written. */
  const oldest = async (): Promise<OpenSegment | undefined> => {
    for (const number of await listSegments(directory)) {
      if (number === writer.current()) await writer.seal();
      const lines = await readLines(directory, number);
      const done = number === cursor.segment ? cursor.lines : 0;
      if (done < lines.length) return { number, lines, done };
      await remove(number);
    }
    return undefined;
  };

  return {
    async peek(max) {
      segment ??= await oldest();
      return segment?.lines.slice(segment.done, segment.done + max) ?? [];
    },

    async advance(count) {
      if (!segment) return;
      segment.done += count;
      const { number, lines, done } = segment;
      if (done >= lines.length) await remove(number);
      else await writeCursor(directory, { segment: number, lines: done });
    },
  };
}
