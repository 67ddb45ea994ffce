import { describe, expect, it } from "vitest";
import { DataContractError } from "../../../core/errors.ts";
import { fileObjectStore } from "../../../local/file-object-store.ts";
import { removeStaged, removingStaged } from "../../../local/staged-rows.ts";
import { temporaryFolder } from "../../fixtures/temporary-folder.ts";

const event = { model: "m1", runId: "run-1", definitionDigest: "a".repeat(64) };

async function setUp() {
  const store = fileObjectStore(temporaryFolder());
  for (const key of ["staged/m1/run-1/00000/report.json", "staged/m1/run-10/00000/report.json"]) {
    await store.put(key, "{}");
  }
  await store.put("runs/m1/run-1/report.json", "{}");
  const keys = async () => {
    const found: string[] = [];
    for await (const { key } of store.list("")) found.push(key);
    return found;
  };
  return { store, keys };
}

describe("rows that a run staged on this machine", () => {
  it("are removed with the run's dataset made, those of other runs not", async () => {
    const { store, keys } = await setUp();

    expect(await removingStaged(store, async () => 7)(event)).toBe(7);

    expect(await keys()).toEqual([
      "runs/m1/run-1/report.json",
      "staged/m1/run-10/00000/report.json",
    ]);
  });

  it("are kept while it fails: it may be tried again", async () => {
    const { store, keys } = await setUp();
    const failing = removingStaged(store, async () => {
      throw new DataContractError("no");
    });

    await expect(failing(event)).rejects.toThrow(DataContractError);

    expect(await keys()).toHaveLength(3);
  });

  it("are all removed between runs, and nothing else", async () => {
    const { store, keys } = await setUp();

    await removeStaged(store);
    await removeStaged(store);

    expect(await keys()).toEqual(["runs/m1/run-1/report.json"]);
  });
});
