import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ConflictError } from "../../../core/errors.ts";
import { lockHome } from "../../../local/home-lock.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "millrace-lock-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const writePid = (pid: number | string) => writeFile(join(home, "platform.pid"), String(pid));

describe("lockHome", () => {
  it("fails while another process lives that holds it", async () => {
    await writePid(process.ppid);

    await expect(lockHome(home)).rejects.toThrow(ConflictError);
  });

  it("takes over from a process that is gone, and from an unreadable file", async () => {
    const gone = spawnSync(process.execPath, ["-e", ""]).pid;

    for (const pid of [gone, "x"]) {
      await writePid(pid);
      const lock = await lockHome(home);
      await lock.release();
    }
    await expect(lockHome(home)).resolves.toBeDefined();
  });
});
