import { h } from "preact";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import type { RunRecord, VersionRecord } from "../../core/registry/records.ts";
import { AlertList } from "../alerts-view.ts";
import { Card, Hint, Instant, Problem } from "../parts/text.ts";
import { modelPath } from "../platform-api.ts";
import { modelHref } from "../route.ts";
import { usePolled } from "../use-polled.ts";
import { ChampionCard } from "./champion-card.ts";
import { DriftSummary } from "./drift-summary.ts";
import { PredictForm } from "./predict-form.ts";
import { RunningCard } from "./running-card.ts";
import type { TabProps } from "./tab-props.ts";

/** What a person looks at first: what answers, what runs, whether it can be asked, what went wrong. */
export function OverviewTab({ model, everyMs }: TabProps) {
  const path = modelPath(model.model);
  const versions = usePolled<readonly VersionRecord[]>(`${path}/versions`, everyMs);
  const runs = usePolled<readonly RunRecord[]>(`${path}/runs`, everyMs);
  const championVersion = model.aliases.find(({ alias }) => alias === "champion");
  const champion = versions.data?.find(({ version }) => version === championVersion?.version);
  const isLoaded = versions.data !== undefined;
  return h(
    "div",
    { class: "columns" },
    h(Problem, { of: versions.problem }),
    h(
      "div",
      null,
      championVersion && champion
        ? h(ChampionCard, { alias: championVersion, version: champion })
        : isLoaded
          ? h(
              Card,
              { title: "Champion" },
              h(
                Hint,
                null,
                "No version is champion yet, so the endpoint has nothing to answer with. Start training.",
              ),
            )
          : null,
      champion ? h(TryCard, { model: model.model, champion, versions: versions.data ?? [] }) : null,
    ),
    h(
      "div",
      null,
      h(RunningCard, { model }),
      h(LastRun, { model: model.model, run: runs.data?.[0] }),
      h(DriftSummary, { model, everyMs }),
      h(Card, { title: "Alerts" }, h(AlertList, { model: model.model, most: 5 })),
    ),
  );
}

function TryCard(props: {
  readonly model: string;
  readonly champion: VersionRecord;
  readonly versions: readonly VersionRecord[];
}) {
  const { data, problem } = usePolled<StoredDefinition>(
    // a definition never changes under its digest
    `${modelPath(props.model)}/definition?digest=${props.champion.definitionDigest}`,
    600_000,
  );
  return h(
    Card,
    { title: "Try a prediction" },
    h(Problem, { of: problem }),
    data
      ? h(PredictForm, {
          key: props.champion.definitionDigest,
          model: props.model,
          definition: data,
          champion: props.champion.version,
          versions: props.versions
            .filter(({ status }) => status === "registered")
            .map(({ version }) => version),
        })
      : null,
  );
}

function LastRun({ model, run }: { readonly model: string; readonly run: RunRecord | undefined }) {
  if (!run?.endedAt || (run.status !== "failed" && run.status !== "rejected")) return null;
  return h(
    Card,
    {
      title: run.status === "failed" ? "The last run failed" : "The last version was rejected",
      class: "warning",
    },
    h(
      "p",
      null,
      h(Instant, { at: run.endedAt }),
      ` ${run.error ? `${run.error.name}: ${run.error.message}` : "its version did not pass the gates"}`,
    ),
    h(
      "p",
      null,
      h(
        "a",
        { href: modelHref(model, run.status === "failed" ? "runs" : "versions") },
        run.status === "failed" ? "All runs" : "Why it was rejected",
      ),
    ),
  );
}
