import { h } from "preact";
import { headlineMetrics } from "../core/evaluation/metric-words.ts";
import type { VersionRecord } from "../core/registry/records.ts";
import type { ModelAnswer } from "./answers.ts";
import { Chip, Facts, Hint, Instant, Problem } from "./parts/text.ts";
import { modelPath } from "./platform-api.ts";
import { modelHref } from "./route.ts";
import { usePolled, usePolledWhileBusy } from "./use-polled.ts";
import { metricHead, metricWords } from "./words.ts";

/** Every model: what it is, who owns it, what answers, what runs. */
export function ModelsView() {
  const { data, problem } = usePolledWhileBusy<readonly ModelAnswer[]>("/api/models", (models) =>
    models.some(({ running }) => running.length > 0),
  );
  return h(
    "div",
    null,
    h("h1", null, "Models"),
    h(Problem, { of: problem }),
    data?.length === 0
      ? h(
          Hint,
          null,
          "No model yet. A model is one file: models/<name>/model.ts; restart the platform when it is there.",
        )
      : null,
    h(
      "ul",
      { class: "models" },
      data?.map((model) => h(ModelCard, { key: model.model, model })),
    ),
  );
}

function ModelCard({ model }: { readonly model: ModelAnswer }) {
  const champion = model.aliases.find(({ alias }) => alias === "champion");
  return h(
    "li",
    { class: "card" },
    h("h2", null, h("a", { href: modelHref(model.model) }, model.model)),
    h("p", null, model.description),
    h(
      "p",
      { class: "chips" },
      champion
        ? h(Chip, { word: `version ${champion.version} is champion`, tone: "good" })
        : h(Chip, { word: "no champion yet", tone: "plain" }),
      model.running.map(({ name, machine }) =>
        h(Chip, {
          key: name,
          word: machine === "training" ? "training" : "checking drift",
          tone: "busy",
        }),
      ),
    ),
    champion
      ? h(ChampionFacts, {
          model: model.model,
          owner: model.owner,
          version: champion.version,
          since: champion.since,
        })
      : h(Facts, { of: [["Owner", model.owner]] }),
  );
}

function ChampionFacts(props: {
  readonly model: string;
  readonly owner: string;
  readonly version: number;
  readonly since: string;
}) {
  // a version's record never changes
  const { data } = usePolled<VersionRecord>(
    `${modelPath(props.model)}/versions/${props.version}`,
    600_000,
  );
  return h(Facts, {
    of: [
      ["Owner", props.owner],
      ...(data ? headlineMetrics(data.metrics) : []).map(
        (name) => [metricHead(name), metricWords(data?.metrics ?? {}, name)] as const,
      ),
      ["Champion since", h(Instant, { at: props.since })],
    ],
  });
}
