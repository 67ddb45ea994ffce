import type { Scorecard } from "./scorecard.ts";

/** One bin of the table that is signed off. */
export interface ScorecardRow {
  readonly input: string;
  readonly bin: string;
  /** Rows of the training split. */
  readonly rows: number;
  /** Of the weight of all rows, 0..1. */
  readonly share: number;
  /** Share of class 1, null where no row is. */
  readonly eventRate: number | null;
  readonly weightOfEvidence: number;
  readonly points: number;
}

/** Each bin of each input, in the scorecard's order. */
export function scorecardTable({ inputs }: Scorecard): readonly ScorecardRow[] {
  return inputs.flatMap(({ name, bins }) =>
    bins.map(({ label, ...bin }) => ({ input: name, bin: label, ...bin })),
  );
}

/** The table as CSV (RFC 4180), numbers in full, an empty cell for no event rate. */
export function scorecardCsv(scorecard: Scorecard): string {
  const header = ["input", "bin", "rows", "share", "eventRate", "weightOfEvidence", "points"];
  const lines = scorecardTable(scorecard).map((row) => [
    csvText(row.input),
    csvText(row.bin),
    row.rows,
    row.share,
    row.eventRate ?? "",
    row.weightOfEvidence,
    row.points,
  ]);
  return [header, ...lines].map((cells) => `${cells.join(",")}\r\n`).join("");
}

/** The scorecard as Markdown for people: its scale, the points of each bin, and what was left out. */
export function scorecardMarkdown(scorecard: Scorecard): string {
  return [scaleInWords(scorecard), ...pointsInMarkdown(scorecard), ...droppedInMarkdown(scorecard)]
    .join("\n\n")
    .concat("\n");
}

function scaleInWords(scorecard: Scorecard): string {
  const { baseScore, baseOdds, pointsToDoubleOdds, basePoints, goodClass } = scorecard;
  const scale = `${baseScore} points are odds of ${baseOdds} : 1 for class ${goodClass}, and ${pointsToDoubleOdds} points more double them.`;
  const sum = `Add up ${shown(basePoints, 2)} base points and the points of one bin of each input.`;
  return `More points speak for class ${goodClass}. ${scale} ${sum}`;
}

function pointsInMarkdown(scorecard: Scorecard): readonly string[] {
  const rows = scorecardTable(scorecard);
  if (rows.length === 0) return ["No input is used: each applicant has the same points."];
  const table = markdownTable(
    ["input", "bin", "rows", "share", "event rate", "weight of evidence", "points"],
    rows.map((row) => [
      row.input,
      row.bin,
      String(row.rows),
      percent(row.share),
      row.eventRate === null ? "" : percent(row.eventRate),
      row.weightOfEvidence.toFixed(3),
      shown(row.points, 2),
    ]),
  );
  const values = markdownTable(
    ["input", "information value", "reading", "coefficient"],
    scorecard.inputs.map((input) => [
      input.name,
      input.informationValue.toFixed(3),
      input.reading,
      input.coefficient.toFixed(3),
    ]),
  );
  return [table, values];
}

const REASONS = {
  "information-value": "its information value is too low",
  sign: "its points would run against its weight of evidence",
} as const;

function droppedInMarkdown({ dropped }: Scorecard): readonly string[] {
  if (dropped.length === 0) return [];
  const rows = dropped.map(({ name, informationValue, reading, reason }) => [
    name,
    informationValue.toFixed(3),
    reading,
    REASONS[reason],
  ]);
  return ["Left out:", markdownTable(["input", "information value", "reading", "why"], rows)];
}

function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(markdownText).join(" | ")} |`;
  return [line(header), `|${"---|".repeat(header.length)}`, ...rows.map(line)].join("\n");
}

/** Text that stays one cell and no markup. */
function markdownText(text: string): string {
  return text.replace(/[\\`*_[\]<>|&~]/g, "\\$&").replace(/\s+/g, " ");
}

function csvText(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}

/** At most so many digits after the point, none for whole numbers. */
function shown(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}
