import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ConflictError, InvalidInputError } from "../core/errors.ts";

/** Held while one platform uses a home. */
export interface HomeLock {
  release(): Promise<void>;
}

/** Primary result code of SQLite. Source: https://www.sqlite.org/rescode.html */
const SQLITE_BUSY = 5;

/** Refers to the locks of this process: one that is garbage-collected is let go. */
const held = new Set<DatabaseSync>();

/**
 * Keeps a second platform out of a home: two would write one registry file. The lock is the kernel's,
 * on an empty SQLite file, and so ends with its process, however that ends; `platform.pid` only says
 * who holds it.
 *
 * @throws {ConflictError} if another platform holds it
 * @throws {InvalidInputError} if nothing can be kept there
 */
export async function lockHome(home: string): Promise<HomeLock> {
  const pidFile = join(home, "platform.pid");
  const lock = await openLock(home);
  try {
    lock.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
  } catch (cause) {
    lock.close();
    if ((cause as { readonly errcode?: number }).errcode !== SQLITE_BUSY) throw cause;
    const holder = await readFile(pidFile, "utf8").catch(() => "unknown");
    throw new ConflictError(
      `process ${holder} already runs the platform in ${home}; stop it, or choose another folder with MILLRACE_HOME`,
      { cause },
    );
  }
  held.add(lock);
  await writeFile(pidFile, String(process.pid));
  return {
    async release() {
      await rm(pidFile, { force: true });
      held.delete(lock);
      lock.close();
    },
  };
}

async function openLock(home: string): Promise<DatabaseSync> {
  try {
    await mkdir(home, { recursive: true });
    return new DatabaseSync(join(home, "platform.lock"), { timeout: 0 });
  } catch (cause) {
    throw new InvalidInputError(
      `nothing can be kept in ${home}: ${(cause as Error).message}; choose another folder with MILLRACE_HOME`,
      { cause },
    );
  }
}
