import { appendFileSync, mkdirSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";

export interface RollingLines {
  /** Takes a line; it is written within a second. */
  readonly write: (line: string) => void;
  /** Writes what was taken. */
  readonly flush: () => void;
  /** Writes what was taken and ends the timer. */
  readonly stop: () => void;
}

const FLUSH_INTERVAL_MS = 1_000;

/**
 * Lines of a file that does not grow for ever: at its limit it becomes `<path>.1`, in place of the one
 * before it. Lines of the last second are lost when the process is killed: this is for metrics.
 */
export function rollingLines(path: string, mostBytes = 16 * 1024 * 1024): RollingLines {
  mkdirSync(dirname(path), { recursive: true });
  let waiting: string[] = [];

  const flush = () => {
    if (waiting.length === 0) return;
    const text = `${waiting.join("\n")}\n`;
    waiting = [];
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) >= mostBytes) {
      renameSync(path, `${path}.1`);
    }
    appendFileSync(path, text);
  };
  const timer = setInterval(flush, FLUSH_INTERVAL_MS).unref();

  return {
    write: (line) => {
      waiting.push(line);
    },
    flush,
    stop: () => {
      clearInterval(timer);
      flush();
    },
  };
}
