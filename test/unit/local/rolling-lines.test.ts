import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { rollingLines } from "../../../local/rolling-lines.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "millrace-lines-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("rollingLines", () => {
  it("writes lines in their order, the last ones when it stops", async () => {
    const path = join(folder, "deep", "lines.jsonl");
    const lines = rollingLines(path);

    lines.write("a");
    lines.flush();
    lines.write("b");
    lines.stop();

    expect(await readFile(path, "utf8")).toBe("a\nb\n");
  });

  it("begins a new file at the limit and keeps the one before it", async () => {
    const path = join(folder, "lines.jsonl");
    const lines = rollingLines(path, 4);

    for (const line of ["1234", "5678", "90"]) {
      lines.write(line);
      lines.flush();
    }
    lines.stop();

    expect(await readFile(path, "utf8")).toBe("90\n");
    expect(await readFile(`${path}.1`, "utf8")).toBe("5678\n");
  });
});
