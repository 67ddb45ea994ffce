import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where a function keeps its copies of objects. */
export const COPIES_DIRECTORY = join(tmpdir(), "objects");

/**
 * The handler, its copies of objects gone when a call is over, however it ended. A sandbox of Lambda
 * serves one call after another on one disk, and each call reads other files: source files, datasets,
 * an hour's log. What they leave would fill the disk in the end.
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
