import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ConflictError, NotFoundError } from "../../core/errors.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";

/** An empty store, and a folder for the test's own files. */
export interface StoreUnderTest {
  readonly store: ObjectStore;
  readonly folder: string;
}

/** What every `ObjectStore` must do. Each adapter's test file is one call of this. */
export function objectStoreContract(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`ObjectStore: ${name}`, () => {
    const key = "predictions/model=flights/date=2001-06-01/part é.bin";
    const bytes = Uint8Array.of(0, 255, 10, 13);

    it("gives back the bytes that were put, under keys with = and other signs", async () => {
      const { store } = await make();

      expect(await store.put(key, bytes)).toEqual({ created: true });

      expect(new Uint8Array(await store.get(key))).toEqual(bytes);
      expect(new Uint8Array(await readFile(await store.localPath(key)))).toEqual(bytes);
      expect(await store.head(key)).toEqual({ key, sizeBytes: 4 });
    });

    it("takes text as UTF-8, and no bytes at all", async () => {
      const { store } = await make();
      await store.put("text", "é");
      await store.put("empty", "");

      expect([...(await store.get("text"))]).toEqual([0xc3, 0xa9]);
      expect(await store.get("empty")).toHaveLength(0);
      expect(await store.head("empty")).toEqual({ key: "empty", sizeBytes: 0 });
    });

    it("does not change when the caller reuses its buffer", async () => {
      const { store } = await make();
      const buffer = bytes.slice();

      const putting = store.put(key, buffer);
      buffer.fill(7);
      await putting;

      expect(new Uint8Array(await store.get(key))).toEqual(bytes);
    });

    it("says that the same bytes stood there already", async () => {
      const { store, folder } = await make();
      const path = join(folder, "source");
      await writeFile(path, bytes);
      await store.put(key, bytes);

      expect(await store.put(key, bytes.slice())).toEqual({ created: false });
      expect(await store.putFile(key, path)).toEqual({ created: false });
    });

    it("stores a file, which may then be removed", async () => {
      const { store, folder } = await make();
      const path = join(folder, "source");
      const large = new Uint8Array(3_000_000).map((_byte, i) => i % 251);
      await writeFile(path, large);

      expect(await store.putFile("a/large", path)).toEqual({ created: true });
      await writeFile(path, "something else");

      expect(Buffer.compare(await store.get("a/large"), large)).toBe(0);
      expect(Buffer.compare(await readFile(await store.localPath("a/large")), large)).toBe(0);
    });

    it("lets one of many different puts win, and the same puts agree", async () => {
      const { store } = await make();

      const different = await Promise.allSettled(
        ["a", "b", "c", "d"].map((text) => store.put("contested", text)),
      );
      const same = await Promise.all(["x", "x", "x", "x"].map((text) => store.put("shared", text)));

      expect(different.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      expect(same.filter(({ created }) => created)).toHaveLength(1);
    });

    it("lists what begins with the prefix, in key order, folder or not", async () => {
      const { store } = await make();
      for (const some of ["b/2", "b/10", "b.txt", "b/1/z", "a", "bc/1"])
        await store.put(some, some);
      const keys = async (prefix: string) => (await listed(store, prefix)).map((info) => info.key);

      expect(await keys("b")).toEqual(["b.txt", "b/1/z", "b/10", "b/2", "bc/1"]);
      expect(await keys("b/1")).toEqual(["b/1/z", "b/10"]);
      expect(await keys("b/")).toEqual(["b/1/z", "b/10", "b/2"]);
      expect(await keys("")).toHaveLength(6);
      expect(await keys("c/none")).toEqual([]);
      expect(await listed(store, "a")).toEqual([{ key: "a", sizeBytes: 1 }]);
    });

    it("lists more than one page", async () => {
      const { store } = await make();
      const numbers = Array.from({ length: 1_100 }, (_, i) => String(i).padStart(4, "0"));
      await Promise.all(numbers.map((number) => store.put(`many/${number}`, number)));

      expect((await listed(store, "many/")).map((info) => info.key.slice(5))).toEqual(numbers);
      await store.remove(numbers.map((number) => `many/${number}`));
      expect(await listed(store, "")).toEqual([]);
    });

    it("removes objects, and does not mind those that are not there", async () => {
      const { store } = await make();
      await store.put(key, bytes);
      await store.put("kept", bytes);

      await store.remove([key, "never/there"]);

      expect(await store.head(key)).toBeUndefined();
      expect((await listed(store, "")).map((info) => info.key)).toEqual(["kept"]);
    });

    it("fails with NotFoundError where nothing is stored", async () => {
      const { store } = await make();
      await store.put("folder/object", bytes);

      for (const absent of ["nothing", "folder", "folder/object/below"]) {
        await expect(store.get(absent)).rejects.toThrow(NotFoundError);
        await expect(store.localPath(absent)).rejects.toThrow(NotFoundError);
        expect(await store.head(absent)).toBeUndefined();
      }
    });

    it("fails with ConflictError on other bytes, and keeps the first", async () => {
      const { store, folder } = await make();
      const path = join(folder, "source");
      await writeFile(path, "othe");
      await store.put(key, bytes);

      await expect(store.put(key, "more bytes")).rejects.toThrow(ConflictError);
      await expect(store.putFile(key, path)).rejects.toThrow(ConflictError);
      expect(new Uint8Array(await store.get(key))).toEqual(bytes);
    });
  });
}

async function listed(store: ObjectStore, prefix: string) {
  const found = [];
  for await (const info of store.list(prefix)) found.push(info);
  return found;
}
