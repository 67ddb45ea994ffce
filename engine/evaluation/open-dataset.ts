import {
  type DatasetManifest,
  parseManifest,
  type SplitName,
} from "../../core/dataset/manifest.ts";
import type { OpenDataset } from "../../core/evaluation/open-dataset.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { storageKeys } from "../../core/storage-keys.ts";
import type { LabelledFrame } from "../../core/training/training-frame.ts";

/** Opens datasets of a store. `load` reads one split of a manifest into memory. */
export function datasetOpener(
  store: Pick<ObjectStore, "get">,
  load: (
    manifest: DatasetManifest,
    split: SplitName,
    context: readonly string[] | undefined,
  ) => Promise<LabelledFrame>,
): OpenDataset {
  return async (model, digest) => {
    const bytes = await store.get(storageKeys.datasetManifest(model, digest));
    const manifest = parseManifest(bytes, model, digest);
    return { manifest, split: (name, context) => load(manifest, name, context) };
  };
}
