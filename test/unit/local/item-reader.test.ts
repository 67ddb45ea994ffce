import { describe, expect, it } from "vitest";
import { fileObjectStore } from "../../../local/file-object-store.ts";
import { itemReader } from "../../../local/item-reader.ts";
import { temporaryFolder } from "../../fixtures/temporary-folder.ts";

const getObject = "arn:aws:states:::s3:getObject";

async function setUp() {
  const store = fileObjectStore(await temporaryFolder());
  await store.put(
    "definitions/m/d/definition.json",
    '{"source":{"files":[{"name":"a"}]},"a/~b":[7]}',
  );
  await store.put("list.json", "[1,2]");
  return itemReader(store);
}

describe("itemReader", () => {
  it("reads the array of an object, at its root or where the pointer says", async () => {
    const read = await setUp();
    const at = (ItemsPointer: string) =>
      read(
        { Resource: getObject, ReaderConfig: { InputType: "JSON", ItemsPointer } },
        { Bucket: "any", Key: "definitions/m/d/definition.json" },
      );

    expect(await read({ Resource: getObject }, { Key: "list.json" })).toEqual([1, 2]);
    expect(await at("/source/files")).toEqual([{ name: "a" }]);
    expect(await at("/a~1~0b")).toEqual([7]);
  });

  it("lists the objects below a prefix, in the order of their keys", async () => {
    const read = await setUp();

    const items = await read({ Resource: "arn:aws:states:::s3:listObjectsV2" }, { Prefix: "l" });

    expect(items).toEqual([{ Key: "list.json", Size: 5 }]);
  });

  it.each<[string, object, object, RegExp]>([
    ["a missing object", {}, { Key: "none.json" }, /no object none.json/],
    ["no array there", { ItemsPointer: "/source" }, { Key: "list.json" }, /has no array/],
    ["a format that it does not read", { InputType: "CSV" }, { Key: "list.json" }, /in CSV/],
    ["no key", {}, {}, /is not read on this machine/],
  ])("fails as Step Functions names it on %s", async (_what, ReaderConfig, parameters, message) => {
    const read = await setUp();

    const failed = read({ Resource: getObject, ReaderConfig }, parameters);

    await expect(failed).rejects.toThrow(message);
    await expect(failed).rejects.toMatchObject({ name: "States.ItemReaderFailed" });
  });
});
