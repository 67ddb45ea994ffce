import { h } from "preact";
import type { StreamRecord } from "../../core/registry/records.ts";
import type { FeatureAnswer } from "../answers.ts";
import { type Column, Table } from "../parts/table.ts";
import { Card, Chip, Hint, Instant, Problem } from "../parts/text.ts";
import { featureHref, modelHref } from "../route.ts";
import { usePolled } from "../use-polled.ts";
import { countWords } from "../words.ts";
import { declarationWords } from "./declaration-words.ts";

const ASK_MS = 5_000;

/** Streams of events, and every feature that is computed from them. */
export function FeaturesView() {
  return h("div", null, h("h1", null, "Features"), h(FeatureList, {}), h(StreamList, {}));
}

const FEATURE_COLUMNS: readonly Column<FeatureAnswer>[] = [
  {
    name: "Feature",
    cell: ({ feature }) => h("a", { href: featureHref(feature) }, feature),
  },
  { name: "What it is", cell: ({ declaration }) => declarationWords(declaration) },
  { name: "Stream", cell: ({ stream }) => stream },
  { name: "Owner", cell: ({ owner }) => owner },
  { name: "Since", cell: ({ since }) => h(Instant, { at: since }) },
  { name: "Models", cell: ({ users }) => h(UserLinks, { users }) },
  { name: "Online", cell: (feature) => h(OnlineState, { feature }) },
];

function FeatureList() {
  const { data, problem } = usePolled<readonly FeatureAnswer[]>("/api/features", ASK_MS);
  return h(
    Card,
    { title: "Catalogue" },
    h(Problem, { of: problem }),
    data?.length === 0
      ? h(Hint, null, "No feature yet. A stream and its features are one file: features/<name>.ts.")
      : null,
    data?.length
      ? h(Table<FeatureAnswer>, {
          label: "Features",
          columns: FEATURE_COLUMNS,
          rows: data,
          keyOf: ({ feature, stream }) => `${stream}/${feature}`,
        })
      : null,
  );
}

function UserLinks({ users }: Pick<FeatureAnswer, "users">) {
  if (users.length === 0) return h("span", { class: "hint" }, "none");
  const models = [...new Set(users.map(({ model }) => model))];
  return h(
    "span",
    { class: "chips" },
    models.map((model) => h("a", { key: model, href: modelHref(model) }, model)),
  );
}

/** Whether the state that predictions read was filled, and for the declaration that holds now. */
export function OnlineState({ feature: { online } }: { readonly feature: FeatureAnswer }) {
  if (online === undefined) return h(Chip, { word: "not filled", tone: "plain" });
  return online.isCurrent
    ? h(Chip, { word: "filled", tone: "good" })
    : h(Chip, { word: "filled for an earlier declaration", tone: "busy" });
}

const STREAM_COLUMNS: readonly Column<StreamRecord>[] = [
  { name: "Stream", cell: ({ stream }) => h("code", null, stream) },
  { name: "What it is", cell: ({ description }) => description },
  { name: "Owner", cell: ({ owner }) => owner },
  { name: "Features", isNumber: true, cell: ({ features }) => Object.keys(features).length },
  {
    name: "Events of the past",
    isNumber: true,
    cell: ({ backfill }) => (backfill ? countWords(backfill.events) : "-"),
  },
  {
    name: "Complete from",
    cell: ({ backfill }) => (backfill ? h(Instant, { at: backfill.completeFrom }) : "-"),
  },
  { name: "Declared", cell: ({ updatedAt }) => h(Instant, { at: updatedAt }) },
];

function StreamList() {
  const { data, problem } = usePolled<readonly StreamRecord[]>("/api/streams", ASK_MS);
  return h(
    Card,
    { title: "Streams" },
    h(Problem, { of: problem }),
    data?.length === 0 ? h(Hint, null, "No stream yet.") : null,
    data?.length
      ? h(Table<StreamRecord>, {
          label: "Streams",
          columns: STREAM_COLUMNS,
          rows: data,
          keyOf: ({ stream }) => stream,
        })
      : null,
  );
}
