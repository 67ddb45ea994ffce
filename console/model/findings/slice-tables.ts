import { h } from "preact";
import type { Slice } from "../../../core/run/evaluation-results.ts";
import type { RunReport } from "../../../core/run/run-report.ts";
import { Table } from "../../parts/table.ts";
import { Hint } from "../../parts/text.ts";
import { countWords, metricHead, numberWords } from "../../words.ts";
import { rateWords, sliceWords } from "./findings-words.ts";

/** Rows that a table has room for; the report has all. */
const MOST_ROWS = 20;

/** Rows that have something in common and are served worse than others. */
export function SliceTables({ report: { slices } }: { readonly report: RunReport }) {
  if (!slices) return null;
  const { metric, worst, asked, tried } = slices;
  const head = metricHead(metric);
  return h(
    "section",
    null,
    h("h3", null, "Slices"),
    worst.length === 0
      ? h(Hint, null, `None of ${countWords(tried)} slices is worse beyond chance.`)
      : h(SliceTable, { label: "Slices that are worse beyond chance", head, slices: worst }),
    asked.length === 0 ? null : h(SliceTable, { label: "Slices asked for", head, slices: asked }),
  );
}

function SliceTable(props: {
  readonly label: string;
  readonly head: string;
  readonly slices: readonly Slice[];
}) {
  const shown = props.slices.slice(0, MOST_ROWS);
  return h(
    "div",
    null,
    h(Hint, null, `${props.label}, the worst first: ${shown.length} of ${props.slices.length}.`),
    h(Table<Slice>, {
      label: props.label,
      rows: shown,
      keyOf: ({ where }) => sliceWords(where),
      columns: [
        { name: "Slice", cell: ({ where }) => sliceWords(where) },
        { name: "Rows", isNumber: true, cell: ({ rows }) => countWords(rows) },
        { name: props.head, isNumber: true, cell: ({ value }) => numberWords(value) },
        { name: "Worse by", isNumber: true, cell: ({ worseBy }) => numberWords(worseBy) },
        {
          name: "At least by",
          isNumber: true,
          cell: ({ worseByAtLeast }) => rateWords(worseByAtLeast),
        },
      ],
    }),
  );
}
