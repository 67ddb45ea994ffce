import { h } from "preact";
import { useState } from "preact/hooks";
import { headlineMetrics } from "../../core/evaluation/metric-words.ts";
import type { VersionRecord } from "../../core/registry/records.ts";
import { type Column, Table } from "../parts/table.ts";
import { Card, Chip, Digest, Hint, Instant, Problem } from "../parts/text.ts";
import { modelPath } from "../platform-api.ts";
import { usePolled } from "../use-polled.ts";
import { metricHead, metricWords } from "../words.ts";
import { PromoteDialog } from "./promote-dialog.ts";
import type { TabProps } from "./tab-props.ts";

/** Every version, newest first. */
export function VersionsTab({ model, everyMs }: TabProps) {
  const { data, problem } = usePolled<readonly VersionRecord[]>(
    `${modelPath(model.model)}/versions`,
    everyMs,
  );
  const [promoting, setPromoting] = useState<number>();
  const champion = model.aliases.find(({ alias }) => alias === "champion")?.version;
  const columns: readonly Column<VersionRecord>[] = [
    { name: "Version", isNumber: true, cell: ({ version }) => h("strong", null, version) },
    {
      name: "Status",
      cell: (version) => h(Status, { version, aliases: aliasesOf(model.aliases, version.version) }),
    },
    { name: "Candidate", cell: ({ candidate }) => candidate },
    ...headlineMetrics(data?.[0]?.metrics ?? {}).map((name) => ({
      name: metricHead(name),
      isNumber: true,
      cell: ({ metrics }: VersionRecord) => metricWords(metrics, name),
    })),
    { name: "Dataset", cell: ({ datasetDigest }) => h(Digest, { of: datasetDigest }) },
    {
      name: "Created",
      cell: ({ createdAt, createdBy }) => [h(Instant, { at: createdAt }), ` by ${createdBy}`],
    },
    {
      name: "Champion",
      cell: ({ version, status }) => {
        if (version === champion) return "is champion";
        if (status === "rejected") return "cannot be";
        return h(
          "button",
          { type: "button", class: "small", onClick: () => setPromoting(version) },
          `Promote version ${version}…`,
        );
      },
    },
  ];
  return h(
    Card,
    { title: "Versions" },
    h(Problem, { of: problem }),
    data?.length === 0 ? h(Hint, null, "No version yet; a training run makes the first.") : null,
    data?.length
      ? h(Table<VersionRecord>, {
          label: "Versions",
          columns,
          rows: data,
          keyOf: ({ version }) => version,
        })
      : null,
    promoting === undefined
      ? null
      : h(PromoteDialog, {
          model: model.model,
          version: promoting,
          champion: champion ?? null,
          onClose: () => setPromoting(undefined),
        }),
  );
}

const aliasesOf = (aliases: TabProps["model"]["aliases"], version: number) =>
  aliases.filter((alias) => alias.version === version).map(({ alias }) => alias);

function Status(props: { readonly version: VersionRecord; readonly aliases: readonly string[] }) {
  const { status, reasons } = props.version;
  return h(
    "div",
    null,
    h(
      "span",
      { class: "chips" },
      h(Chip, { word: status, tone: status === "rejected" ? "bad" : "plain" }),
      props.aliases.map((alias) => h(Chip, { key: alias, word: alias, tone: "good" })),
    ),
    reasons.length > 0
      ? h(
          "ul",
          { class: "reasons" },
          reasons.map((reason) => h("li", { key: reason }, reason)),
        )
      : null,
  );
}
