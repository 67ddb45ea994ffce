import { h } from "preact";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import type { DriftReport } from "../../core/drift/drift-report.ts";
import { Card, Chip, Facts, Hint, Instant, Problem } from "../parts/text.ts";
import { modelPath } from "../platform-api.ts";
import { usePolled } from "../use-polled.ts";
import { countWords } from "../words.ts";
import { DriftColumn } from "./drift-column.ts";
import { RunningCard } from "./running-card.ts";
import type { TabProps } from "./tab-props.ts";
import { VERDICT_TONES } from "./verdict-tones.ts";

/** The last drift report. */
export function DriftTab({ model, everyMs }: TabProps) {
  const path = modelPath(model.model);
  const report = usePolled<DriftReport>(`${path}/reports/drift`, everyMs);
  const definition = usePolled<StoredDefinition>(`${path}/definition`, 60_000);
  const schedule = definition.data?.schedules.monitoring;
  return h(
    "div",
    null,
    h(RunningCard, { model }),
    h(
      Card,
      { title: "Last drift check" },
      report.problem?.status === 404
        ? h(Hint, null, "None yet.")
        : h(Problem, { of: report.problem }),
      report.data
        ? h(Report, {
            report: report.data,
            champion: model.aliases.find(({ alias }) => alias === "champion")?.version,
          })
        : null,
      definition.data
        ? h(
            Hint,
            null,
            schedule
              ? `Checked on the schedule ${schedule} (cron, UTC).`
              : "No schedule checks it; the button does.",
          )
        : null,
    ),
  );
}

function Report(props: { readonly report: DriftReport; readonly champion: number | undefined }) {
  const { report, champion } = props;
  const most = Math.max(2 * report.maxPsi, ...report.columns.map(({ psi }) => psi));
  return h(
    "div",
    null,
    h(
      "p",
      { class: "chips" },
      h(Chip, { word: report.verdict.replaceAll("-", " "), tone: VERDICT_TONES[report.verdict] }),
    ),
    report.verdict === "not-enough-data"
      ? h(
          Hint,
          null,
          `${countWords(report.predictions)} predictions are fewer than the ${countWords(report.minPredictions)} that a verdict needs.`,
        )
      : null,
    report.version !== null && report.version !== champion
      ? h(Hint, null, `Version ${report.version} was champion then, and is not any more.`)
      : null,
    h(Facts, {
      of: [
        ["Version", report.version === null ? "none" : String(report.version)],
        ["Predictions", countWords(report.predictions)],
        [
          "Window",
          [h(Instant, { at: report.window.from }), " to ", h(Instant, { at: report.window.until })],
        ],
        ["Limit", `PSI ${report.maxPsi}`],
        ["Report of", h(Instant, { at: report.createdAt })],
      ],
    }),
    report.columns.length > 0
      ? h(
          "ul",
          { class: "drift", "aria-label": "Population stability index of each column" },
          report.columns.map((column) =>
            h(DriftColumn, { key: column.name, column, maxPsi: report.maxPsi, most }),
          ),
        )
      : null,
  );
}
