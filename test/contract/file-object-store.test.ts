import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { InvalidInputError } from "../../core/errors.ts";
import { fileObjectStore, removeUnfinished } from "../../local/file-object-store.ts";
import { objectStoreContract } from "./object-store.ts";

let directory: string;
let made = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "objects-"));
});

afterAll(() => rm(directory, { recursive: true }));

async function make() {
  const folder = join(directory, `${made++}`);
  await mkdir(folder);
  const root = join(folder, "root");
  return { store: fileObjectStore(root), root, folder };
}

objectStoreContract("files", make);

describe("fileObjectStore", () => {
  it("never lists what a crash cut off, and can remove it", async () => {
    const { store, root } = await make();
    await store.put("whole", "bytes");
    await writeFile(join(root, ".unfinished", "half"), "by");

    const keys = [];
    for await (const { key } of store.list("")) keys.push(key);
    await removeUnfinished(root);

    expect(keys).toEqual(["whole"]);
    expect(await readdir(root)).toEqual(["whole"]);
    expect(await store.put("next", "bytes")).toEqual({ created: true });
  });

  it("leaves nothing unfinished behind, whether a put succeeds or not", async () => {
    const { store, root } = await make();
    await store.put("key", "bytes");
    await store.put("key", "bytes");
    await store.put("key", "other").catch(() => {});

    expect(await readdir(join(root, ".unfinished"))).toEqual([]);
  });

  it.each([
    "../outside",
    "a/../../outside",
    "/absolute",
    "a//b",
    "a/",
    "./a",
    "",
    "a\0b",
    "a\\b",
    ".unfinished/x",
    "x".repeat(300),
    "x/".repeat(600),
  ])("fails on the key %j", async (key) => {
    const { store, folder } = await make();

    await expect(async () => store.put(key, "bytes")).rejects.toThrow(InvalidInputError);
    await expect(async () => store.get(key)).rejects.toThrow(InvalidInputError);
    expect(await readdir(folder)).toEqual([]);
  });
});
