import { METRIC_WORDS } from "../core/evaluation/metric-words.ts";
import type { LeaderboardEntry } from "../core/run/leaderboard.ts";
import { table } from "./table.ts";

/** Candidates that are shown; the page and the report have all. */
const SHOWN = 5;

/** The first lines of a run's leaderboard; nothing where it has none. */
export function leaderboardText(entries: readonly LeaderboardEntry[]): string {
  const [first] = entries;
  if (!first) return "";
  const metric = METRIC_WORDS[first.metric];
  const rows = entries.slice(0, SHOWN).map((entry) => ({
    candidate: entry.chosen ? `${entry.name} *` : entry.name,
    family: entry.family,
    rows: `${Math.round(entry.rowShare * 100)} %`,
    [`${metric}, validation`]: entry.validation,
    test: entry.test,
    seconds: (entry.durationMs / 1000).toFixed(1),
    USD: entry.costUsd?.toFixed(6),
  }));
  const left = entries.length - rows.length;
  return [table(rows), ...(left > 0 ? [`and ${left} more`] : [])].join("\n");
}
