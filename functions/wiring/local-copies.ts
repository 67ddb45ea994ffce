import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where a function keeps its copies of objects. */
export const COPIES_DIRECTORY = join(tmpdir(), "objects");

/**
 * The handler, its copies of objects gone when a call is over, however it ended. A sandbox of Lambda
 * serves one call after another on one disk, and each call of a function that reads source files reads
 * others: a second large one would not fit beside the first.
 */
export const leavingNoCopies =
  <Output>(handler: (event: unknown) => Promise<Output>, directory = COPIES_DIRECTORY) =>
  async (event: unknown): Promise<Output> => {
    try {
      return await handler(event);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  };
