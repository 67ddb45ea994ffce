import type { DatasetManifest, SplitName } from "../../core/dataset/manifest.ts";
import { IntegrityError } from "../../core/errors.ts";
import type { OpenDataset } from "../../core/evaluation/open-dataset.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { storageKeys } from "../../core/storage-keys.ts";
import { storedJson } from "../../core/stored-json.ts";
import type { LabelledFrame } from "../../core/training/training-frame.ts";

/** Opens datasets of a store. `load` reads one split of a manifest into memory. */
export function datasetOpener(
  store: Pick<ObjectStore, "get">,
  load: (manifest: DatasetManifest, split: SplitName) => Promise<LabelledFrame>,
): OpenDataset {
  return async (model, digest) => {
    const bytes = await store.get(storageKeys.datasetManifest(model, digest));
    const manifest = storedJson(bytes, `manifest of dataset ${digest}`) as DatasetManifest;
    if (manifest.model !== model || manifest.digest !== digest) {
      throw new IntegrityError(
        `manifest of dataset ${digest} of ${model} says it is ${manifest.digest} of ${manifest.model}`,
      );
    }
    return { manifest, split: (name) => load(manifest, name) };
  };
}
