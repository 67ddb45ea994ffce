import { h } from "preact";
import type { AuditEvent } from "../../core/registry/records.ts";
import { type Column, Table } from "../parts/table.ts";
import { Card, Hint, Instant, Problem } from "../parts/text.ts";
import { modelPath } from "../platform-api.ts";
import { usePolled } from "../use-polled.ts";
import { EVENT_WORDS, shortenedDigests } from "../words.ts";
import type { TabProps } from "./tab-props.ts";

const COLUMNS: readonly Column<AuditEvent>[] = [
  { name: "When", cell: ({ at }) => h(Instant, { at }) },
  {
    name: "What",
    cell: ({ kind, subject }) => [
      h("strong", null, EVENT_WORDS[kind] ?? kind),
      h("div", { class: "detail", title: subject }, shortenedDigests(subject)),
    ],
  },
  {
    name: "From → to",
    cell: ({ from, to }) =>
      from === undefined && to === undefined
        ? "-"
        : h("span", { class: "detail" }, shortenedDigests(`${from ?? "none"} → ${to ?? "none"}`)),
  },
  { name: "Who", cell: ({ by }) => by },
  { name: "Why", cell: ({ why }) => h("span", { class: "detail" }, why) },
];

/** The last 200 changes: who, what, when, why, from, to. */
export function HistoryTab({ model, everyMs }: TabProps) {
  const { data, problem } = usePolled<readonly AuditEvent[]>(
    `${modelPath(model.model)}/events`,
    everyMs,
  );
  return h(
    Card,
    { title: "History" },
    h(Problem, { of: problem }),
    data
      ? h(Table<AuditEvent>, {
          label: "History",
          columns: COLUMNS,
          rows: data,
          keyOf: ({ id }) => id,
        })
      : null,
    data && data.length >= 200
      ? h(Hint, null, "Only the last 200 changes are shown; the registry keeps all.")
      : null,
  );
}
