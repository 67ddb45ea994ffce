import { h } from "preact";
import type { FeatureDetailAnswer, FeatureUserAnswer } from "../answers.ts";
import { type Column, Table } from "../parts/table.ts";
import { Card, Facts, Hint, Instant, Problem } from "../parts/text.ts";
import { modelHref } from "../route.ts";
import { usePolled } from "../use-polled.ts";
import { countWords } from "../words.ts";
import { declarationWords } from "./declaration-words.ts";
import { OnlineState } from "./features-view.ts";
import { openFacts } from "./open-facts.ts";

/** The answer reads the stream's last day of events. */
const ASK_MS = 15_000;

/** One feature: what it is, who reads it, how fresh it is. */
export function FeatureView({ feature }: { readonly feature: string }) {
  const path = `/api/features/${encodeURIComponent(feature)}`;
  const { data, problem } = usePolled<FeatureDetailAnswer>(path, ASK_MS);
  return h(
    "div",
    null,
    h("h1", null, feature),
    h("p", { class: "hint" }, h("a", { href: "#/features" }, "All features")),
    h(Problem, { of: problem }),
    data ? h(Declaration, { of: data }) : null,
    data ? h(Users, { users: data.users }) : null,
    data ? h(Freshness, { of: data }) : null,
    data ? h(OpenCard, { title: "Statistics", of: data.statistics }) : null,
    data ? h(OpenCard, { title: "Cost", of: data.cost }) : null,
  );
}

function Declaration({ of }: { readonly of: FeatureDetailAnswer }) {
  const { declaration, stream, owner, since } = of;
  return h(
    Card,
    { title: "Declaration" },
    declaration.description ? h("p", null, declaration.description) : null,
    h("p", null, declarationWords(declaration)),
    h(Facts, {
      of: [
        ["Stream", h("code", null, stream)],
        ["Owner", owner],
        ["Since", h(Instant, { at: since })],
      ],
    }),
  );
}

const USER_COLUMNS: readonly Column<FeatureUserAnswer>[] = [
  { name: "Model", cell: ({ model }) => h("a", { href: modelHref(model) }, model) },
  { name: "As", cell: ({ as }) => h("code", null, as) },
  { name: "Versions", cell: ({ versions }) => versions.join(", ") || "none yet" },
  { name: "Since", cell: ({ since }) => (since ? h(Instant, { at: since }) : "-") },
];

function Users({ users }: { readonly users: readonly FeatureUserAnswer[] }) {
  return h(
    Card,
    { title: "Models that read it" },
    users.length === 0
      ? h(Hint, null, "None.")
      : h(Table<FeatureUserAnswer>, {
          label: "Models that read it",
          columns: USER_COLUMNS,
          rows: users,
          keyOf: ({ model, as }) => `${model}/${as}`,
        }),
  );
}

function Freshness({ of }: { readonly of: FeatureDetailAnswer }) {
  const { online, freshness } = of;
  return h(
    Card,
    { title: "Freshness" },
    h("p", { class: "chips" }, h(OnlineState, { feature: of })),
    online
      ? h(Facts, {
          of: [
            ["Complete from", h(Instant, { at: online.completeFrom })],
            ["Events of the past", countWords(online.events)],
            [
              "Newest of the past",
              online.newestEvent ? h(Instant, { at: online.newestEvent }) : "none",
            ],
            ["Filled", h(Instant, { at: online.at })],
          ],
        })
      : h(Hint, null, "Predictions use its fallback until millrace features backfill fills it."),
    freshness
      ? h(Facts, {
          of: [
            [`Events on ${freshness.date}`, countWords(freshness.events)],
            ["Newest event", h(Instant, { at: freshness.newestEvent })],
            ["It arrived", h(Instant, { at: freshness.newestArrival })],
          ],
        })
      : h(Hint, null, "No event came in yet."),
  );
}

function OpenCard({ title, of }: { readonly title: string; readonly of: unknown }) {
  const facts = openFacts(of);
  return facts.length === 0 ? null : h(Card, { title }, h(Facts, { of: facts }));
}
