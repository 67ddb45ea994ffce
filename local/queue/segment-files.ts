import { open, readdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { syncFile } from "../sync-file.ts";

const DIGITS = 12;
const CURSOR = "cursor.json";
const DEAD = "dead.jsonl";

/** How many lines of a segment were worked off before it was finished. */
export interface Cursor {
  readonly segment: number;
  readonly lines: number;
}

export const segmentPath = (directory: string, segment: number): string =>
  join(directory, `${String(segment).padStart(DIGITS, "0")}.jsonl`);

/** Numbers of the segments in a directory, ascending. */
export async function listSegments(directory: string): Promise<readonly number[]> {
  const names = await readdir(directory);
  return names
    .filter((name) => /^\d{12}\.jsonl$/.test(name))
    .map((name) => Number.parseInt(name, 10))
    .sort((a, b) => a - b);
}

/** Whole lines of a segment. One that a crash cut off was never answered for: it is left out. */
export async function readLines(directory: string, segment: number): Promise<readonly string[]> {
  const text = await readFile(segmentPath(directory, segment), "utf8");
  return text.split("\n").slice(0, -1);
}

export async function readCursor(directory: string): Promise<Cursor> {
  try {
    return JSON.parse(await readFile(join(directory, CURSOR), "utf8")) as Cursor;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return { segment: 0, lines: 0 };
  }
}

export async function writeCursor(directory: string, cursor: Cursor): Promise<void> {
  const aside = join(directory, `${CURSOR}.new`);
  await writeSynced(aside, "w", JSON.stringify(cursor));
  await rename(aside, join(directory, CURSOR));
  await syncFile(directory);
}

/** Keeps lines that nobody could work off where a person finds them. */
export async function keepDeadLines(directory: string, lines: readonly string[]): Promise<void> {
  await writeSynced(join(directory, DEAD), "a", lines.map((line) => `${line}\n`).join(""));
  await syncFile(directory);
}

async function writeSynced(path: string, flag: "a" | "w", text: string): Promise<void> {
  const file = await open(path, flag);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
