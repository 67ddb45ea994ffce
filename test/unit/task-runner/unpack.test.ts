import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { IntegrityError } from "../../../core/errors.ts";
import { unpack } from "../../../functions/task-runner/unpack.ts";
import { temporaryFolder } from "../../fixtures/temporary-folder.ts";

const zip = zipSync({ "index.mjs": strToU8("export {};"), a: { b: { "c.txt": strToU8("c") } } });

describe("unpack", () => {
  it("writes every file where the zip has it, and counts their bytes", async () => {
    const folder = join(temporaryFolder(), "task");

    const sizeBytes = await unpack(zip, folder, "package");

    expect(sizeBytes).toBe(11);
    expect(await readFile(join(folder, "index.mjs"), "utf8")).toBe("export {};");
    expect(await readFile(join(folder, "a", "b", "c.txt"), "utf8")).toBe("c");
  });

  it.each<[string, Uint8Array]>([
    ["half a zip", zip.subarray(0, zip.byteLength / 2)],
    ["a zip without its last bytes", zip.subarray(0, zip.byteLength - 30)],
    ["something else", strToU8("<html>no such bucket</html>")],
    ["nothing", new Uint8Array()],
    ["a zip without files", zipSync({})],
    ["a file outside of the folder", zipSync({ "../outside.txt": strToU8("x") })],
  ])("fails on %s", async (_name, bytes) => {
    const folder = join(temporaryFolder(), "task");

    await expect(unpack(bytes, folder, "package")).rejects.toThrow(IntegrityError);
  });

  it("fails on a file that is shorter than its entry says", async () => {
    // Bytes 24 to 27 of an entry in the directory at the end: the size of the file, unpacked.
    const bytes = zipSync({ "index.mjs": strToU8("export {};") });
    const entry = Buffer.from(bytes).lastIndexOf("PK\u0001\u0002", undefined, "latin1");
    bytes[entry + 24] = 99;

    await expect(unpack(bytes, temporaryFolder(), "package")).rejects.toThrow(/10 bytes.*99|99/);
  });
});
