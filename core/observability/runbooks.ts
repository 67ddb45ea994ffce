/** Pages of `docs/runbooks/`, each for what a person may see first. */
export const RUNBOOKS = [
  "high-latency",
  "server-errors",
  "failed-run",
  "data-quality",
  "drift",
  "bad-version",
  "throttling",
  "cost-spike",
  "dead-letters",
  "feature-store",
  "restore",
] as const;

export type Runbook = (typeof RUNBOOKS)[number];

/** Where the runbooks lie in the repository. */
export const RUNBOOK_FOLDER = "docs/runbooks/";

/**
 * Where a runbook is read: the end of an alert's text.
 *
 * @param base address of the folder, such as `https://git.example.com/millrace/blob/main/docs/runbooks`
 */
export const runbookLink = (runbook: Runbook, base: string = RUNBOOK_FOLDER): string =>
  `${base.replace(/\/*$/, "/")}${runbook}.md`;
