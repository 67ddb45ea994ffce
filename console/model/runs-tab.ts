import { h } from "preact";
import { useState } from "preact/hooks";
import type { RunRecord, RunStatus } from "../../core/registry/records.ts";
import type { RunAnswer } from "../answers.ts";
import { RunProgress } from "../parts/run-progress.ts";
import { type Column, Table } from "../parts/table.ts";
import { Card, Chip, Hint, Instant, Problem, type Tone } from "../parts/text.ts";
import { modelPath } from "../platform-api.ts";
import { usePolled } from "../use-polled.ts";
import { secondsWords } from "../words.ts";
import { QualitySection } from "./findings/quality-section.ts";
import { RunFindings } from "./findings/run-findings.ts";
import { Leaderboard } from "./leaderboard.ts";
import { RunningCard } from "./running-card.ts";
import type { TabProps } from "./tab-props.ts";

const TONES: Readonly<Record<RunStatus, Tone>> = {
  running: "busy",
  succeeded: "good",
  rejected: "plain",
  failed: "bad",
};

/** What runs, and every training run, newest first. */
export function RunsTab({ model, everyMs }: TabProps) {
  const { data, problem } = usePolled<readonly RunRecord[]>(
    `${modelPath(model.model)}/runs`,
    everyMs,
  );
  const columns: readonly Column<RunRecord>[] = [
    { name: "Run", cell: ({ runId }) => h("code", null, runId) },
    { name: "Status", cell: (run) => h(Outcome, { run }) },
    { name: "Version", isNumber: true, cell: ({ version }) => version ?? "-" },
    { name: "Asked for", cell: ({ requestedBy, reason }) => `${reason} (${requestedBy})` },
    { name: "Started", cell: ({ startedAt }) => h(Instant, { at: startedAt }) },
    {
      name: "Took",
      isNumber: true,
      cell: ({ startedAt, endedAt }) =>
        secondsWords((endedAt ? Date.parse(endedAt) : Date.now()) - Date.parse(startedAt)),
    },
    { name: "States", cell: ({ runId }) => h(States, { model: model.model, runId }) },
  ];
  return h(
    "div",
    null,
    h(RunningCard, { model }),
    h(
      Card,
      { title: "Training runs" },
      h(Problem, { of: problem }),
      data?.length === 0 ? h(Hint, null, "No run yet.") : null,
      data?.length
        ? h(Table<RunRecord>, {
            label: "Training runs",
            columns,
            rows: data,
            keyOf: ({ runId }) => runId,
          })
        : null,
    ),
  );
}

function Outcome({ run }: { readonly run: RunRecord }) {
  return h(
    "div",
    null,
    h(Chip, { word: run.status, tone: TONES[run.status] }),
    run.error ? h("p", { class: "issue" }, `${run.error.name}: ${run.error.message}`) : null,
  );
}

/** The states, the candidates and the findings of a run, once they are asked for. */
function States({ model, runId }: { readonly model: string; readonly runId: string }) {
  const [isOpen, setIsOpen] = useState(false);
  return h(
    "details",
    { onToggle: (event) => setIsOpen((event.target as HTMLDetailsElement).open) },
    h("summary", { "aria-label": `States of run ${runId}` }, "show"),
    isOpen ? h(OpenStates, { model, runId }) : null,
  );
}

function OpenStates({ model, runId }: { readonly model: string; readonly runId: string }) {
  const { data, problem } = usePolled<RunAnswer>(
    `${modelPath(model)}/runs/${encodeURIComponent(runId)}`,
    2_000,
  );
  return h(
    "div",
    null,
    h(Problem, { of: problem }),
    data?.execution ? h(RunProgress, { execution: data.execution }) : null,
    data && !data.execution
      ? h(Hint, null, "Its states were known only until the platform was restarted.")
      : null,
    h(Leaderboard, { model, runId }),
    h(QualitySection, { model, runId }),
    h(RunFindings, { model, runId }),
  );
}
