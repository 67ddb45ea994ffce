/**
 * What is deployed one after the other: the same app with other context values. The commit is
 * context too, so that nothing but this test decides when it changes; it reaches every function that
 * has to know it.
 */
export interface Release {
  readonly gitCommit: string;
  readonly logRetentionDays: number;
}

export const NEVER: Release = { gitCommit: "deployed-never", logRetentionDays: 90 };
export const FIRST: Release = { gitCommit: "deployed-first", logRetentionDays: 90 };
export const CHANGED: Release = { gitCommit: "deployed-second", logRetentionDays: 30 };
export const BROKEN: Release = { gitCommit: "deployed-broken", logRetentionDays: 30 };
export const MENDED: Release = { gitCommit: "deployed-third", logRetentionDays: 30 };

/** As words of a `cdk` command. */
export const contextOf = (release: Release): readonly string[] =>
  Object.entries(release).flatMap(([key, value]) => ["--context", `${key}=${value}`]);
