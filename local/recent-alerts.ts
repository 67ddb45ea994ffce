import { open } from "node:fs/promises";
import type { Alert } from "../core/ports/alerts.ts";

/** An alert as it stands in the home's file. */
export type StoredAlert = Alert & { readonly at: string };

const MOST_ALERTS = 50;

/** The end of the file that is read: room for fifty alerts with long details. */
const TAIL_BYTES = 256 * 1024;

/**
 * The last 50 alerts that were sent, newest first; none before the first one.
 *
 * @param path of JSON lines, as `localAlerts` writes them. A line that a crash cut off is left out.
 */
export async function recentAlerts(path: string): Promise<readonly StoredAlert[]> {
  const lines = (await tailOf(path)).split("\n");
  return lines.flatMap(parsedLine).slice(-MOST_ALERTS).reverse();
}

async function tailOf(path: string): Promise<string> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  if (file === undefined) return "";
  try {
    const { size } = await file.stat();
    const length = Math.min(size, TAIL_BYTES);
    const { buffer, bytesRead } = await file.read({
      buffer: Buffer.alloc(length),
      position: size - length,
    });
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}

function parsedLine(line: string): readonly StoredAlert[] {
  try {
    const alert: unknown = JSON.parse(line);
    return typeof alert === "object" && alert !== null ? [alert as StoredAlert] : [];
  } catch {
    // cut off: by the crash of a writer, or by the limit of what is read
    return [];
  }
}
