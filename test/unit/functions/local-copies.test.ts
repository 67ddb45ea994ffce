import { existsSync, globSync, readFileSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { leavingNoCopies } from "../../../functions/wiring/local-copies.ts";
import { temporaryFolder } from "../../fixtures/temporary-folder.ts";

/** Calls that each copy an object, as a warm sandbox gets them; tells what lay there at each start. */
function setUp(fails = false) {
  const directory = join(temporaryFolder(), "objects");
  const found: string[][] = [];
  const call = leavingNoCopies(async (event) => {
    await mkdir(directory, { recursive: true });
    found.push(await readdir(directory));
    await writeFile(join(directory, String(event)), "rows");
    if (fails) throw new RangeError("bad file");
    return `read ${event}`;
  }, directory);
  return { directory, found, call };
}

describe("a function's copies of objects", () => {
  it("are gone when the next call begins", async () => {
    const { directory, found, call } = setUp();

    expect([await call("a"), await call("b")]).toEqual(["read a", "read b"]);

    expect(found).toEqual([[], []]);
    expect(existsSync(directory)).toBe(false);
  });

  it("are gone too when a call fails, whose error stays what it is", async () => {
    const { directory, call } = setUp(true);

    await expect(call("a")).rejects.toThrow(RangeError);

    expect(existsSync(directory)).toBe(false);
  });

  it("are let go by every function that reads files with DuckDB", () => {
    const readers = globSync("functions/*/index.ts").filter((path) =>
      readFileSync(path, "utf8").includes("environment.duckdbMemory"),
    );

    expect(readers.length).toBeGreaterThan(4);
    for (const path of readers) {
      expect(readFileSync(path, "utf8"), path).toContain("leavingNoCopies(");
    }
  });
});
