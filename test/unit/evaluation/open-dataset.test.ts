import { describe, expect, it } from "vitest";
import type { DatasetManifest } from "../../../core/dataset/manifest.ts";
import { IntegrityError, NotFoundError } from "../../../core/errors.ts";
import { storageKeys } from "../../../core/storage-keys.ts";
import type { LabelledFrame } from "../../../core/training/training-frame.ts";
import { datasetOpener } from "../../../engine/evaluation/open-dataset.ts";
import { memoryObjects } from "../../fixtures/memory-object-store.ts";

const frame: LabelledFrame = { rows: 0, columns: [], labels: new Uint8Array(0) };

function manifestOf(model: string, digest: string): string {
  const split = { rows: 0, positives: 0, contentSha256: "0", parts: [] };
  const manifest: DatasetManifest = {
    model,
    digest,
    inputs: [],
    target: "late",
    splits: { train: split, validation: split, test: split },
    rowsRead: 0,
    rowsQuarantined: 0,
    rowsOutside: 0,
  };
  return JSON.stringify(manifest);
}

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
    const { open, loaded } = await setUp(manifestOf("shop", "d1"));

    const dataset = await open("shop", "d1");
    expect(loaded).toEqual([]);

    expect(await dataset.split("test")).toBe(frame);
    expect(loaded).toEqual([["d1", "test"]]);
  });

  it.each([
    ["another digest", manifestOf("shop", "d2")],
    ["another model", manifestOf("zoo", "d1")],
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
