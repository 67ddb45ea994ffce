import { h } from "preact";
import type { LeaderboardEntry } from "../../core/run/leaderboard.ts";
import { type Column, Table } from "../parts/table.ts";
import { Problem } from "../parts/text.ts";
import { modelPath } from "../platform-api.ts";
import { usePolled } from "../use-polled.ts";
import { metricHead, numberWords, parameterWords, secondsWords, usdWords } from "../words.ts";

/** Every candidate that a run trained, best first; nothing before the run was evaluated. */
export function Leaderboard({ model, runId }: { readonly model: string; readonly runId: string }) {
  const path = `${modelPath(model)}/runs/${encodeURIComponent(runId)}/leaderboard`;
  const { data, problem } = usePolled<readonly LeaderboardEntry[]>(path, 5_000);
  const [first] = data ?? [];
  if (!data || !first) return h(Problem, { of: problem });
  return h(Table<LeaderboardEntry>, {
    label: `Candidates of run ${runId}, best first`,
    columns: columnsOf(first),
    rows: data,
    keyOf: ({ index }) => index,
  });
}

const columnsOf = ({ metric }: LeaderboardEntry): readonly Column<LeaderboardEntry>[] => [
  { name: "Candidate", cell: ({ name, chosen }) => (chosen ? h("strong", null, name) : name) },
  { name: "Family", cell: ({ family }) => family },
  { name: "Parameters", cell: ({ parameters }) => parameterWords(parameters) },
  { name: "Round", isNumber: true, cell: ({ round }) => round + 1 },
  { name: "Rows", isNumber: true, cell: ({ rowShare }) => `${Math.round(rowShare * 100)} %` },
  {
    name: `${metricHead(metric)}, validation`,
    isNumber: true,
    cell: ({ validation }) => numberWords(validation ?? undefined),
  },
  {
    name: "Test",
    isNumber: true,
    cell: ({ test }) => numberWords(test ?? undefined),
  },
  { name: "Trained", isNumber: true, cell: ({ durationMs }) => secondsWords(durationMs) },
  { name: "Would cost", isNumber: true, cell: ({ costUsd }) => usdWords(costUsd) },
];
