import type { DatasetManifest, SplitName } from "../dataset/manifest.ts";
import type { LabelledFrame } from "../training/training-frame.ts";

/** A prepared dataset whose splits can be loaded, one at a time. */
export interface OpenedDataset {
  readonly manifest: DatasetManifest;
  /** @param context names of the context columns to load. @default all that the dataset has */
  readonly split: (name: SplitName, context?: readonly string[]) => Promise<LabelledFrame>;
}

/**
 * Opens the dataset with a digest.
 *
 * @throws {NotFoundError} @throws {IntegrityError} if its manifest is another dataset's.
 */
export type OpenDataset = (model: string, digest: string) => Promise<OpenedDataset>;
