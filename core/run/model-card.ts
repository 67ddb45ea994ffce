import { type LabelSummary, labelSummary } from "../dataset/label-summary.ts";
import type { DatasetManifest } from "../dataset/manifest.ts";
import type { Field, StoredDefinition } from "../definition/model-definition.ts";
import { taskOf } from "../definition/task.ts";
import type { Metrics, RunRecord } from "../registry/records.ts";
import { scorecardMarkdown } from "../training/scorecard/scorecard-table.ts";
import type { CandidateReport } from "./artifacts.ts";
import { candidateScorecard } from "./candidate-scorecard.ts";
import { findingsSections } from "./card/findings-sections.ts";
import { list, section, shown, table } from "./card/markdown.ts";
import type { Interval } from "./evaluation-results.ts";
import type { RunReport } from "./run-report.ts";

/** Candidates of the run that a card shows. */
const MOST_CANDIDATES = 5;

export interface ModelCardFacts {
  readonly version: number;
  readonly definition: StoredDefinition;
  readonly dataset: DatasetManifest;
  readonly run: RunRecord;
  readonly report: RunReport;
  readonly candidate: CandidateReport;
}

/**
 * `card.md` of a version: what a person should read before using it. Its headings are those of
 * Mitchell et al. (2019), "Model Cards for Model Reporting", as far as there is something to say.
 */
export function modelCard(facts: ModelCardFacts): string {
  const { version, definition, report } = facts;
  return [
    `# ${definition.name}, version ${version}`,
    report.passed
      ? "This version passed every gate."
      : `**Rejected:** ${report.reasons.join("; ")}. It can hold no alias.`,
    ...section("Details", detailsOf(facts)),
    ...section("Intended use", useOf(definition)),
    ...section("Data", dataOf(facts)),
    ...section("Metrics on the test split", metricsOf(facts)),
    ...findingsSections(report),
    ...scorecardSection(facts.candidate),
    ...searchSection(report),
    ...section("Gates", gatesOf(report)),
    ...section("Limits", limitsOf(facts)),
    "",
  ].join("\n\n");
}

function detailsOf({ definition, report, candidate, run }: ModelCardFacts): string {
  return list([
    `owner: ${definition.owner}`,
    `candidate: ${candidate.name} (${candidate.family}), seed ${candidate.seed}`,
    `parameters: ${pairs(candidate.parameters)}`,
    ...continuedLine(candidate),
    `threshold: ${shown(report.threshold)}`,
    `run: ${run.runId}, started ${run.startedAt} by ${run.requestedBy} (${run.reason})`,
    `definition: ${report.definitionDigest}`,
    `dataset: ${report.datasetDigest}`,
  ]);
}

function continuedLine({ training }: CandidateReport): readonly string[] {
  const { continuedFrom, continuedNote } = training;
  if (continuedFrom === undefined) return [];
  return [
    `goes on from: ${continuedFrom === null ? `nothing (${continuedNote})` : `version ${continuedFrom}`}`,
  ];
}

function useOf({ description, target }: StoredDefinition): string {
  return `${description}. It answers ${answerOf(target)}.`;
}

function answerOf(target: StoredDefinition["target"]): string {
  const task = taskOf(target);
  switch (task.type) {
    case "binary":
      return `the probability that \`${target.expression}\``;
    case "multiclass":
      return `the probability of each of ${task.classes.map((name) => `\`${name}\``).join(", ")}`;
    case "regression": {
      const quantiles = task.quantiles.length > 0 ? ` and its quantiles ${task.quantiles}` : "";
      return `\`${target.expression}\` as a number${quantiles}`;
    }
    case "ranking":
      return `a score that orders the rows of one \`${target.group}\` by \`${target.expression}\``;
  }
}

function dataOf({ definition, dataset }: ModelCardFacts): string {
  const { split } = definition;
  const how =
    split.by === "time"
      ? `split by time: validation from ${split.validationFrom}, test from ${split.testFrom}`
      : `split by ${split.by}`;
  const rows = Object.entries(dataset.splits).map(([name, manifest]) => [
    name,
    String(manifest.rows),
    manifest.rows === 0 ? "" : labelWords(labelSummary(manifest), manifest.rows),
  ]);
  const left = `${dataset.rowsRead} rows were read; ${dataset.rowsQuarantined} broke the contract, ${dataset.rowsOutside} belong to no split.`;
  return [
    `${sourceNames(definition)
      .map((name) => `\`${name}\``)
      .join(", ")}, ${how}.`,
    table(["split", "rows", definition.target.name], rows),
    left,
  ].join("\n\n");
}

const sourceNames = ({ source: { files, prefix } }: StoredDefinition) => [
  ...files.map(({ name }) => name),
  ...(prefix === undefined ? [] : [prefix]),
];

/** What the labels of a split are like, in a few words. */
function labelWords(summary: LabelSummary, rows: number): string {
  switch (summary.type) {
    case "binary":
      return `share ${shown(summary.positives / rows)}`;
    case "multiclass":
      return summary.counts.map(([name, count]) => `${name} ${shown(count / rows)}`).join(", ");
    case "regression":
      return `mean ${shown(summary.mean)}, ${shown(summary.min)} to ${shown(summary.max)}`;
    case "ranking":
      return `${summary.queries} queries of at most ${summary.largestQuery} rows`;
  }
}

function metricsOf({ report }: ModelCardFacts): string {
  const champion = report.champion?.metrics ?? null;
  const names = Object.keys(report.metrics) as (keyof Metrics)[];
  const { intervals } = report;
  const hasIntervals = Object.keys(intervals).length > 0;
  const heads = ["metric", "this version"];
  if (hasIntervals) heads.push("95 % interval");
  if (report.champion) heads.push(`version ${report.champion.version} (champion then)`);
  const rows = names.map((name) => {
    const row = [name, shown(report.metrics[name])];
    if (hasIntervals) row.push(intervalWords(intervals[name]));
    if (report.champion) row.push(shown(champion?.[name]));
    return row;
  });
  return table(heads, rows);
}

const intervalWords = (interval: Interval | undefined) =>
  interval ? `${shown(interval.low)} to ${shown(interval.high)}` : "-";

function scorecardSection(candidate: CandidateReport): readonly string[] {
  const scorecard = candidateScorecard(candidate);
  return scorecard ? section("Scorecard", scorecardMarkdown(scorecard).trimEnd()) : [];
}

/** The best candidates of the run, beside each other. */
function searchSection({ leaderboard }: RunReport): readonly string[] {
  const [first] = leaderboard;
  if (!first) return [];
  const best = leaderboard.slice(0, MOST_CANDIDATES);
  const rows = best.map(({ name, family, parameters, ...entry }) => [
    entry.chosen ? `**${name}**` : name,
    `${family} (${pairs(parameters)})`,
    `${shown(entry.rowShare * 100)} %`,
    shown(entry.validation),
    shown(entry.test),
  ]);
  const heads = ["candidate", "family", "rows", `${first.metric} on validation`, "on test"];
  return section(
    "Candidates",
    `The best ${best.length} of ${leaderboard.length}.\n\n${table(heads, rows)}`,
  );
}

function gatesOf({ gates }: RunReport): string {
  if (gates.length === 0) return "The definition has no gate.";
  return table(
    ["gate", "value", "passed"],
    gates.map(({ gate, value, passed }) => [gate, shown(value), passed ? "yes" : "no"]),
  );
}

function limitsOf({ definition, report }: ModelCardFacts): string {
  const inputs = Object.entries(definition.fields)
    .filter(([, { role }]) => role === "feature")
    .map(([name, field]) => `\`${name}\`${rangeOf(field)}`);
  return list([
    `It knows nothing but ${inputs.join(", ")}.`,
    `It was measured on ${report.rows} rows; on other data it may be worse, which the drift check watches.`,
    ...(report.calibration === undefined
      ? []
      : [
          `Mean distance of its probabilities from what happened: ${shown(report.calibration.expectedError)}.`,
        ]),
  ]);
}

function rangeOf({ min, max }: Pick<Field, "min" | "max">): string {
  if (min === undefined) return max === undefined ? "" : ` (at most ${max})`;
  return max === undefined ? ` (at least ${min})` : ` (${min} to ${max})`;
}

const pairs = (values: Readonly<Record<string, unknown>>) =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${JSON.stringify(value)}`)
    .join(", ") || "none";
