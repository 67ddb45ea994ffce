import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ConflictError } from "../../../core/errors.ts";
import { lockHome } from "../../../local/home-lock.ts";
import { startChild } from "../../fixtures/e2e/child.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "millrace-lock-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

describe("lockHome", () => {
  it("takes over from a process that was killed", async () => {
    const holder = startChild(["test/fixtures/local/lock-holder.ts", home]);
    await holder.says(/held/);
    await expect(lockHome(home)).rejects.toThrow(`process ${holder.pid} already runs`);

    holder.kill("SIGKILL");
    await holder.ended;

    await expect(lockHome(home)).resolves.toBeDefined();
  });

  it("fails for the process that holds it already, until that lets go", async () => {
    const lock = await lockHome(home);

    await expect(lockHome(home)).rejects.toThrow(ConflictError);

    await lock.release();
    await expect(lockHome(home)).resolves.toBeDefined();
  });

  it("lets one of many that start at the same time have it", async () => {
    const at = String(Date.now() + 1_000);
    const script = "test/fixtures/local/lock-holder.ts";
    const holders = Array.from({ length: 6 }, () => startChild([script, home, at]));

    const answers = await Promise.all(holders.map(({ says }) => says(/held|ConflictError/)));

    for (const holder of holders) holder.kill("SIGKILL");
    await Promise.all(holders.map(({ ended }) => ended));
    expect(answers.map(([answer]) => answer).sort()).toEqual([
      ...Array(5).fill("ConflictError"),
      "held",
    ]);
  });
});
