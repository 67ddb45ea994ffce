import type { Finding, QualityReport, WorstRow } from "./quality-report.ts";
import { changeWords } from "./source-changes.ts";

/** Rules that an error's message names. */
const RULES_IN_MESSAGE = 5;
/** Columns of a row that an alert shows. */
const COLUMNS_IN_ALERT = 12;

/** One rule with what was measured and what is allowed. */
export function findingWords({ rule, verdict, value, min, max, rows, detail }: Finding): string {
  const bounds = [
    ...(min === undefined ? [] : [`at least ${min}`]),
    ...(max === undefined ? [] : [`at most ${max}`]),
  ].join(" and ");
  const parts = [
    ...(value === null ? [] : [`${value}`]),
    ...(bounds === "" ? [] : [`allowed is ${bounds}`]),
    ...(rows === undefined ? [] : [`${rows} rows`]),
    ...(detail === undefined ? [] : [detail]),
  ];
  return `${rule} ${verdict}${parts.length === 0 ? "" : `: ${parts.join("; ")}`}`;
}

/** Why a run fails by its rules, short enough for an error. */
export function failureWords(findings: readonly Finding[], reportKey: string): string {
  const failed = findings.filter(({ verdict }) => verdict === "failed");
  const named = failed.slice(0, RULES_IN_MESSAGE).map(findingWords);
  const more = failed.length > named.length ? ` and ${failed.length - named.length} more` : "";
  return `the data breaks quality rules that fail a run: ${named.join(" | ")}${more}; mend the data or the rule; all of it is in ${reportKey}`;
}

/** What the owner of the data is told. */
export function alertText(report: QualityReport): string {
  const { verdict, owner, runId, rows, findings, source, worst, error } = report;
  const broken = findings.filter(
    (finding) => finding.verdict === "failed" || finding.verdict === "warned",
  );
  const changes = source.changes ? changeWords(source.changes) : [];
  return [
    `verdict: ${verdict}; owner: ${owner}; run: ${runId}`,
    `rows: ${rows.read} read, ${rows.quarantined} quarantined`,
    ...(error === undefined ? [] : [`error: ${error}`]),
    ...section("rules", broken.map(findingWords)),
    ...section("columns of the source", changes),
    ...section("worst rows", worst.map(rowWords)),
  ].join("\n");
}

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `- ${line}`)];

/** A row in one line: what it breaks, where it stands, its values. */
export function rowWords({ file, broken, values }: WorstRow): string {
  const shown = Object.entries(values)
    .slice(0, COLUMNS_IN_ALERT)
    .map(([column, value]) => `${column}=${value ?? "(missing)"}`);
  const where = file === undefined ? "" : ` (${file})`;
  return `${broken.join(", ")}${where}: ${shown.join(" ")}`;
}
