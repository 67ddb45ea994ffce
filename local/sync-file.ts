import { open } from "node:fs/promises";

/** Returns when a file's bytes, or a directory's entries, are on the disk. */
export async function syncFile(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
