import { mkdir, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { ConflictError } from "../core/errors.ts";

/** Held while one platform uses a home. */
export interface HomeLock {
  release(): Promise<void>;
}

/**
 * Keeps a second platform out of a home: two would write one registry file. A lock whose process is
 * gone (a kill, a power cut) is taken over.
 *
 * @throws {ConflictError} if the process that holds the lock is alive
 */
export async function lockHome(home: string): Promise<HomeLock> {
  await mkdir(home, { recursive: true });
  const path = join(home, "platform.pid");
  for (;;) {
    const file = await open(path, "wx").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "EEXIST") return undefined;
      throw error;
    });
    if (file) {
      await file.writeFile(String(process.pid));
      await file.close();
      return { release: () => rm(path, { force: true }) };
    }
    const holder = Number(await readFile(path, "utf8").catch(() => "0"));
    if (holder !== process.pid && isAlive(holder)) {
      throw new ConflictError(
        `process ${holder} already runs the platform in ${home}; stop it, or choose another folder with MILLRACE_HOME (if that process is something else, remove ${path})`,
      );
    }
    await rm(path, { force: true });
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to somebody else
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
