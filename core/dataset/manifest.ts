export const SPLIT_NAMES = ["train", "validation", "test"] as const;
export type SplitName = (typeof SPLIT_NAMES)[number];

/** One Parquet file of a split. */
export interface PartFile {
  /** Name below the dataset's key, such as `train/part-00000.parquet`. */
  readonly name: string;
  readonly rows: number;
  readonly sizeBytes: number;
  readonly sha256: string;
}

export interface SplitManifest {
  readonly rows: number;
  /** Rows whose label is 1. */
  readonly positives: number;
  /** SHA-256 over the split's values in row order, whatever files they lie in. */
  readonly contentSha256: string;
  readonly parts: readonly PartFile[];
}

/**
 * `manifest.json` of a dataset. Its digest depends on nothing but the rows and those parts of the
 * definition that shape them: not on file names, row order of the source, threads, clock or place.
 *
 * The Parquet files have the model's inputs by name (FLOAT or VARCHAR, NULL for missing), then
 * the target by its name (UTINYINT 0 or 1), then the event time as `__event_time`
 * (TIMESTAMP); rows are ordered by event time, then by every other column.
 */
export interface DatasetManifest {
  readonly model: string;
  readonly digest: string;
  readonly inputs: readonly { readonly name: string; readonly kind: "number" | "category" }[];
  readonly target: string;
  readonly splits: Readonly<Record<SplitName, SplitManifest>>;
  readonly rowsRead: number;
  readonly rowsQuarantined: number;
  /** Rows that belong to no split. */
  readonly rowsOutside: number;
}
