import type { FindingChange } from "../core/quality/compare-reports.ts";
import type { Finding } from "../core/quality/quality-report.ts";

/** A rule as a row of a table. */
export const findingRow = ({ rule, verdict, value, min, max, rows }: Finding) => ({
  rule,
  verdict,
  value: value ?? "-",
  min: min ?? "-",
  max: max ?? "-",
  rows: rows ?? "-",
});

/** A rule that came out otherwise, as a row of a table. */
export const changeRow = ({ rule, before, after }: FindingChange) => ({
  rule,
  before: before?.verdict ?? "-",
  after: after?.verdict ?? "-",
  valueBefore: before?.value ?? "-",
  valueAfter: after?.value ?? "-",
});
