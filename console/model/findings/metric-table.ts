import { h } from "preact";
import type { RunReport } from "../../../core/run/run-report.ts";
import { type Column, Table } from "../../parts/table.ts";
import { metricHead, numberWords } from "../../words.ts";
import { intervalWords, type MetricLine, metricLines, rateWords } from "./findings-words.ts";

/** Each metric with where it would lie on other rows of the same kind, and the champion's. */
export function MetricTable({ report }: { readonly report: RunReport }) {
  const columns: Column<MetricLine>[] = [
    { name: "Metric", cell: ({ name }) => metricHead(name) },
    { name: "Test split", isNumber: true, cell: ({ value }) => numberWords(value) },
  ];
  if (Object.keys(report.intervals).length > 0) {
    columns.push({
      name: "95 % interval",
      isNumber: true,
      cell: ({ interval }) => intervalWords(interval),
    });
  }
  if (report.champion) {
    columns.push({
      name: `Version ${report.champion.version}, champion then`,
      isNumber: true,
      cell: ({ champion = null }) => rateWords(champion),
    });
  }
  return h(
    "section",
    null,
    h("h3", null, "Metrics"),
    h(Table<MetricLine>, {
      label: "Metrics on the test split",
      columns,
      rows: metricLines(report),
      keyOf: ({ name }) => name,
    }),
  );
}
