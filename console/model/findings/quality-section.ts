import { h } from "preact";
import type { Finding, QualityReport, WorstRow } from "../../../core/quality/quality-report.ts";
import { type Column, Table } from "../../parts/table.ts";
import { Chip, Facts, Hint, Problem } from "../../parts/text.ts";
import { modelPath } from "../../platform-api.ts";
import { usePolled } from "../../use-polled.ts";
import { amountWords, countWords } from "../../words.ts";
import {
  columnLines,
  limitWords,
  rowsWords,
  sortedFindings,
  VERDICT_TONES,
  valuesWords,
} from "./quality-words.ts";

/** What a run's data was like; nothing before it was judged. */
export function QualitySection({
  model,
  runId,
}: {
  readonly model: string;
  readonly runId: string;
}) {
  const path = `${modelPath(model)}/runs/${encodeURIComponent(runId)}/quality`;
  const { data, problem } = usePolled<QualityReport | null>(path, 10_000);
  // a run that has not looked at its data yet has no report
  if (!data) return problem?.status === 404 ? null : h(Problem, { of: problem });
  const { verdict, rows, findings, source, worst, last, error } = data;
  return h(
    "section",
    { "aria-label": "Data quality" },
    h("h3", null, "Data quality"),
    h("p", { class: "chips" }, h(Chip, { word: verdict, tone: VERDICT_TONES[verdict] })),
    error ? h("p", { class: "issue" }, error) : null,
    h(Facts, {
      of: [
        ["Rows", rowsWords(rows)],
        ["Compared with", last ? `the data of run ${last.runId}` : "nothing: no dataset before it"],
      ],
    }),
    h(Rules, { findings }),
    source.changes ? h(Columns, { lines: columnLines(source.changes) }) : null,
    h(WorstRows, { worst }),
  );
}

const RULE_COLUMNS: readonly Column<Finding>[] = [
  { name: "Rule", cell: ({ rule }) => h("code", null, rule) },
  {
    name: "Verdict",
    cell: ({ verdict }) => h(Chip, { word: verdict, tone: VERDICT_TONES[verdict] }),
  },
  {
    name: "Measured",
    isNumber: true,
    cell: ({ value }) => (value === null ? "-" : amountWords(value)),
  },
  { name: "Allowed", cell: limitWords },
  {
    name: "Rows",
    isNumber: true,
    cell: ({ rows }) => (rows === undefined ? "-" : countWords(rows)),
  },
  { name: "What", cell: ({ detail }) => detail ?? "-" },
];

function Rules({ findings }: { readonly findings: readonly Finding[] }) {
  const sorted = sortedFindings(findings);
  const open = sorted.filter(({ verdict }) => verdict !== "passed");
  const passed = sorted.filter(({ verdict }) => verdict === "passed");
  return h(
    "div",
    null,
    open.length === 0
      ? h(Hint, null, "Every rule passed.")
      : h(RuleTable, { label: "Quality rules that did not pass", findings: open }),
    passed.length === 0
      ? null
      : h(
          "details",
          null,
          h("summary", null, `${passed.length} rules passed`),
          h(RuleTable, { label: "Quality rules that passed", findings: passed }),
        ),
  );
}

const RuleTable = (props: { readonly label: string; readonly findings: readonly Finding[] }) =>
  h(Table<Finding>, {
    label: props.label,
    columns: RULE_COLUMNS,
    rows: props.findings,
    keyOf: ({ rule, check }) => `${rule} ${check}`,
  });

function Columns({ lines }: { readonly lines: readonly string[] }) {
  if (lines.length === 0) return h(Hint, null, "The source has the columns that it had.");
  return h(
    "div",
    null,
    h(Hint, null, "Columns of the source, against the last dataset's:"),
    h(
      "ul",
      { "aria-label": "Changed columns" },
      lines.map((line) => h("li", { key: line }, line)),
    ),
  );
}

const WORST_COLUMNS: readonly Column<WorstRow>[] = [
  { name: "Breaks", cell: ({ broken }) => broken.join(", ") },
  { name: "Values", cell: (row) => h("span", { class: "detail" }, valuesWords(row)) },
  { name: "File", cell: ({ file }) => file ?? "-" },
];

function WorstRows({ worst }: Pick<QualityReport, "worst">) {
  if (worst.length === 0) return null;
  return h(
    "div",
    null,
    h(Hint, null, `The ${worst.length} worst rows, the worst first.`),
    h(Table<WorstRow>, {
      label: "Worst rows",
      columns: WORST_COLUMNS,
      rows: worst,
      keyOf: (row) => worst.indexOf(row),
    }),
  );
}
