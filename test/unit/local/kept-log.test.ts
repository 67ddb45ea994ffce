import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { keptLog } from "../../../local/kept-log.ts";
import { temporaryFolder } from "../../fixtures/temporary-folder.ts";

describe("keptLog", () => {
  it("passes every line on as it is, and keeps it in the file with the time", async () => {
    const path = join(temporaryFolder(), "log.jsonl");
    const told: object[] = [];
    const stack = new DisposableStack();
    const log = keptLog(path, (line) => told.push(line), stack);

    log({ runId: "run-1" });
    log({ runId: "run-2", time: "2026-11-23T10:00:00.000Z" });
    stack.dispose();

    const kept = (await readFile(path, "utf8")).trim().split("\n");
    expect(told).toEqual([
      { runId: "run-1" },
      { runId: "run-2", time: "2026-11-23T10:00:00.000Z" },
    ]);
    expect(kept.map((line) => JSON.parse(line))).toEqual([
      { time: expect.stringMatching(/^\d{4}-.*Z$/), runId: "run-1" },
      told[1],
    ]);
  });
});
