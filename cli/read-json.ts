import { readFile } from "node:fs/promises";
import { RefusedError } from "./client.ts";

/** A file of JSON that somebody named on the command line. @throws {RefusedError} */
export async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8").catch((cause: Error) => {
    throw new RefusedError(`cannot read ${path}: ${cause.message}`, { cause });
  });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RefusedError(`${path} is no JSON: ${(cause as Error).message}`, { cause });
  }
}
