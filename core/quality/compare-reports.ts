import type { Finding, QualityReport } from "./quality-report.ts";

/** A rule that came out otherwise in another run. */
export interface FindingChange {
  readonly rule: string;
  /** Absent where the run had no such rule. */
  readonly before?: Finding;
  readonly after?: Finding;
}

/** Rules with another verdict, value or number of rows, by the order of the later report. */
export function compareReports(
  before: Pick<QualityReport, "findings">,
  after: Pick<QualityReport, "findings">,
): readonly FindingChange[] {
  const earlier = new Map(before.findings.map((finding) => [finding.rule, finding]));
  const later = new Set(after.findings.map(({ rule }) => rule));
  const changed = after.findings.flatMap((finding): FindingChange[] => {
    const known = earlier.get(finding.rule);
    if (known === undefined) return [{ rule: finding.rule, after: finding }];
    return isSame(known, finding) ? [] : [{ rule: finding.rule, before: known, after: finding }];
  });
  const gone = before.findings.filter(({ rule }) => !later.has(rule));
  return [...changed, ...gone.map((finding) => ({ rule: finding.rule, before: finding }))];
}

const isSame = (a: Finding, b: Finding): boolean =>
  a.verdict === b.verdict && a.value === b.value && a.rows === b.rows;
