import { describe, expect, it } from "vitest";
import { IntegrityError, NotFoundError } from "../../../core/errors.ts";
import { storageKeys } from "../../../core/storage-keys.ts";
import type { LabelledFrame } from "../../../core/training/training-frame.ts";
import { datasetOpener } from "../../../engine/evaluation/open-dataset.ts";
import { memoryObjects } from "../../fixtures/memory-object-store.ts";

const frame: LabelledFrame = { rows: 0, columns: [], labels: new Uint8Array(0) };

async function setUp(manifest: string) {
  const store = memoryObjects();
  await store.put(storageKeys.datasetManifest("shop", "d1"), manifest);
  const loaded: unknown[] = [];
  const open = datasetOpener(store, async ({ digest }, split) => {
    loaded.push([digest, split]);
    return frame;
  });
  return { open, loaded };
}

describe("datasetOpener", () => {
  it("loads no split before it is asked for", async () => {
    const { open, loaded } = await setUp(
      JSON.stringify({ model: "shop", digest: "d1", inputs: [] }),
    );

    const dataset = await open("shop", "d1");
    expect(loaded).toEqual([]);

    expect(await dataset.split("test")).toBe(frame);
    expect(loaded).toEqual([["d1", "test"]]);
  });

  it.each([
    ["another digest", JSON.stringify({ model: "shop", digest: "d2" })],
    ["another model", JSON.stringify({ model: "zoo", digest: "d1" })],
    ["text that is no json", "{"],
  ])("fails on a manifest of %s", async (_name, manifest) => {
    const { open } = await setUp(manifest);

    await expect(open("shop", "d1")).rejects.toThrow(IntegrityError);
  });

  it("fails on a dataset that is not there", async () => {
    const { open } = await setUp("{}");

    await expect(open("shop", "d9")).rejects.toThrow(NotFoundError);
  });
});
