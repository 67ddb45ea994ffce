import type { GroupFairness, Slice } from "../evaluation-results.ts";
import type { RunReport } from "../run-report.ts";
import { section, shown, table, valueWords } from "./markdown.ts";

/** Rows of a table: a card is short, the report has all of them. */
const MOST_ROWS = 10;
const MOST_GROUPS = 20;

/** What the report found of the version beyond its metrics; only what there is. */
export function findingsSections(report: RunReport): readonly string[] {
  return [
    ...classesSection(report),
    ...quantilesSection(report),
    ...importancesSection(report),
    ...slicesSection(report),
    ...fairnessSection(report),
  ];
}

/** Classes that are told apart worst first, where there are many. */
function classesSection({ classes }: RunReport): readonly string[] {
  if (!classes) return [];
  const all = classes.classes;
  const few = all.length <= MOST_GROUPS;
  const told = few ? all : all.toSorted((a, b) => a.f1 - b.f1).slice(0, MOST_GROUPS);
  const rows = told.map((one) => [
    one.class,
    ...[one.rows, one.predicted, one.precision, one.recall, one.f1, one.rocAuc].map(shown),
  ]);
  const heads = ["class", "rows", "predicted", "precision", "recall", "F1", "ROC-AUC"];
  const left = few ? [] : [`The ${MOST_GROUPS} of the lowest F1, of ${all.length}.`];
  return section("Classes", ...left, table(heads, rows));
}

function quantilesSection({ quantiles }: RunReport): readonly string[] {
  if (!quantiles) return [];
  const rows = quantiles.map(({ quantile, coverage, pinballLoss }) =>
    [quantile, coverage, pinballLoss].map(shown),
  );
  const why = "The share of rows at or below a predicted quantile should be the quantile.";
  return section("Quantiles", why, table(["quantile", "share of rows", "pinball loss"], rows));
}

function importancesSection({ importances, contributions = [] }: RunReport): readonly string[] {
  const shuffled = importances
    .toSorted((a, b) => b.mean - a.mean)
    .slice(0, MOST_ROWS)
    .map(({ input, mean, standardDeviation }) => [input, shown(mean), shown(standardDeviation)]);
  const moved = contributions
    .slice(0, MOST_ROWS)
    .map(({ feature, meanAbsolute }) => [feature, shown(meanAbsolute)]);
  const tables = [
    ...(shuffled.length === 0
      ? []
      : [
          "By how much the selection's metric is worse on the test split where an input's values are dealt out anew:",
          table(["input", "worse by", "standard deviation"], shuffled),
        ]),
    ...(moved.length === 0
      ? []
      : [
          "How far an input moves raw scores on the validation split (mean absolute SHAP value):",
          table(["input", "mean contribution"], moved),
        ]),
  ];
  return tables.length === 0 ? [] : section("What its inputs are worth", ...tables);
}

function slicesSection({ slices }: RunReport): readonly string[] {
  if (!slices) return [];
  const { metric, overall, tried, asked, worst } = slices;
  const tables = [
    worst.length === 0
      ? `None of ${tried} slices is worse beyond chance.`
      : `Worse beyond chance, of ${tried} slices; ${metric} over all rows is ${shown(overall)}:\n\n${sliceTable(metric, worst)}`,
    ...(asked.length === 0
      ? []
      : [`Of the columns that were asked for, the worst first:\n\n${sliceTable(metric, asked)}`]),
  ];
  return section("Slices", ...tables);
}

function sliceTable(metric: string, slices: readonly Slice[]): string {
  const rows = slices
    .slice(0, MOST_ROWS)
    .map(({ where, rows, value, worseBy, worseByAtLeast }) => [
      where.map((one) => `${one.column} = ${valueWords(one.value)}`).join(", "),
      ...[rows, value, worseBy, worseByAtLeast].map(shown),
    ]);
  return table(["slice", "rows", metric, "worse by", "at least by"], rows);
}

function fairnessSection({ fairness = [] }: RunReport): readonly string[] {
  if (fairness.length === 0) return [];
  return section("Fairness", ...fairness.map(groupText));
}

function groupText({ column, favourable, minRows, groups, measures }: GroupFairness): string {
  const largest = groups.toSorted((a, b) => b.rows - a.rows).slice(0, MOST_GROUPS);
  const rates = ["selectionRate", "truePositiveRate", "falsePositiveRate", "baseRate"] as const;
  const rows = largest.map((group) => [
    valueWords(group.group),
    shown(group.rows),
    ...rates.map((rate) => shown(group[rate])),
  ]);
  const heads = ["selected", "true positive rate", "false positive rate", "share of class"];
  const told = Object.entries(measures).map(([name, value]) => [name, shown(value)]);
  return [
    `Groups of \`${column}\`; class ${favourable} is good for the person, groups of fewer than ${minRows} rows are not compared. ${largest.length} of ${groups.length} groups:`,
    table([column, "rows", ...heads], rows),
    table(["measure", "value"], told),
  ].join("\n\n");
}
