import type { DatasetManifest, SplitName } from "../dataset/manifest.ts";
import type { LabelledFrame } from "../training/training-frame.ts";

/** A prepared dataset whose splits can be loaded, one at a time. */
export interface OpenedDataset {
  readonly manifest: DatasetManifest;
  readonly split: (name: SplitName) => Promise<LabelledFrame>;
}

/**
 * Opens the dataset with a digest.
 *
 * @throws {NotFoundError} @throws {IntegrityError} if its manifest is another dataset's.
 */
export type OpenDataset = (model: string, digest: string) => Promise<OpenedDataset>;
