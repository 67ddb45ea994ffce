/** Counts of a numeric column over bins whose edges are quantiles of the training split. */
export interface NumberProfile {
  readonly kind: "number";
  readonly rows: number;
  readonly missing: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly standardDeviation: number | null;
  /** Inner edges, ascending and distinct, shape [k - 1]. Bin i holds edge[i-1] < value <= edge[i]. */
  readonly edges: readonly number[];
  /** Rows in each bin, shape [k]; missing values are not in them. */
  readonly counts: readonly number[];
}

/** Counts of the strings of a column. */
export interface CategoryProfile {
  readonly kind: "category";
  readonly rows: number;
  readonly missing: number;
  readonly distinct: number;
  /** The most frequent strings, by falling count, then by code unit; at most 1,000. */
  readonly counts: readonly (readonly [value: string, count: number])[];
  /** Rows with a string that is not in `counts`. */
  readonly other: number;
}

export type Profile = NumberProfile | CategoryProfile;

/**
 * What the training split looked like: live data is compared with it. `baseline.json` of a dataset. Rows of
 * one that was sampled by label count as `profileWeights` says, so that counts may have fractions.
 */
export interface DatasetBaseline {
  /** Rows that are left, each counted once. */
  readonly rows: number;
  /** One for each model input, by name. */
  readonly features: Readonly<Record<string, Profile>>;
  /**
   * Of the label: class "0" and "1" of a binary target, the classes by name of a multiclass one, the
   * numbers of a regression, the relevances of a ranking.
   */
  readonly label: Profile;
}

/** `baseline.json` of a version: the dataset's, and how the version scores the test split. */
export interface VersionBaseline extends DatasetBaseline {
  /** Of the number of each row that is logged and watched, as `Scores` says. */
  readonly score: NumberProfile;
  /** Of the predicted class; of multiclass models. */
  readonly predictedClass?: CategoryProfile;
}
