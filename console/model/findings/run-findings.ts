import { h } from "preact";
import type { RunReport } from "../../../core/run/run-report.ts";
import { Problem } from "../../parts/text.ts";
import { modelPath } from "../../platform-api.ts";
import { usePolled } from "../../use-polled.ts";
import { GroupTables } from "./group-tables.ts";
import { InputBars } from "./input-bars.ts";
import { MetricTable } from "./metric-table.ts";
import { SliceTables } from "./slice-tables.ts";

/** What a run's evaluation found of the chosen candidate; nothing before there is a report. */
export function RunFindings({ model, runId }: { readonly model: string; readonly runId: string }) {
  const path = `${modelPath(model)}/runs/${encodeURIComponent(runId)}/report`;
  const { data, problem } = usePolled<RunReport | null>(path, 10_000);
  if (!data) return h(Problem, { of: problem });
  return h(
    "div",
    { class: "findings" },
    h(MetricTable, { report: data }),
    h(InputBars, { report: data }),
    h(SliceTables, { report: data }),
    h(GroupTables, { report: data }),
  );
}
