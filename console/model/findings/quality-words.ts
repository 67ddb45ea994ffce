import type {
  Finding,
  QualityReport,
  SourceChanges,
  WorstRow,
} from "../../../core/quality/quality-report.ts";
import type { Tone } from "../../parts/text.ts";
import { amountWords, countWords } from "../../words.ts";

export const VERDICT_TONES: Readonly<Record<Finding["verdict"], Tone>> = {
  passed: "good",
  quarantined: "busy",
  warned: "busy",
  failed: "bad",
  skipped: "plain",
};

const ORDER: readonly Finding["verdict"][] = [
  "failed",
  "warned",
  "quarantined",
  "skipped",
  "passed",
];

/** The worst first, in the report's order otherwise. */
export const sortedFindings = (findings: readonly Finding[]): readonly Finding[] =>
  findings.toSorted((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict));

/** `at least 0.8, at most 1.5`; `-` where a rule has no limit */
export function limitWords({ min, max }: Pick<Finding, "min" | "max">): string {
  const parts = [
    ...(min === undefined ? [] : [`at least ${amountWords(min)}`]),
    ...(max === undefined ? [] : [`at most ${amountWords(max)}`]),
  ];
  return parts.join(", ") || "-";
}

/** `33 read, 2 quarantined, 20 train` */
export const rowsWords = (rows: QualityReport["rows"]): string =>
  Object.entries(rows)
    .flatMap(([name, count]) => (count === undefined ? [] : [`${countWords(count)} ${name}`]))
    .join(", ");

/** What became of the source's columns, one line each. */
export const columnLines = ({ added, dropped, retyped }: SourceChanges): readonly string[] => [
  ...added.map((name) => `${name} was added`),
  ...dropped.map((name) => `${name} was dropped`),
  ...retyped.map(({ column, from, to }) => `${column} was ${from} and is ${to}`),
];

/** `delay 9, origin is missing` */
export const valuesWords = ({ values }: Pick<WorstRow, "values">): string =>
  Object.entries(values)
    .map(([column, value]) => (value === null ? `${column} is missing` : `${column} ${value}`))
    .join(", ");
