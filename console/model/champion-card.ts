import { h } from "preact";
import { METRIC_NAMES } from "../../core/definition/metrics.ts";
import type { AliasRecord, VersionRecord } from "../../core/registry/records.ts";
import { Card, Digest, Facts, Instant } from "../parts/text.ts";
import { metricHead, metricWords } from "../words.ts";

/** The version that answers, and how it did on its test split. */
export function ChampionCard(props: {
  readonly alias: AliasRecord;
  readonly version: VersionRecord;
}) {
  const { alias, version } = props;
  return h(
    Card,
    { title: "Champion" },
    h(
      "p",
      { class: "champion" },
      h("strong", null, `Version ${version.version}`),
      h("span", { class: "hint" }, "since ", h(Instant, { at: alias.since }), ` by ${alias.by}`),
    ),
    h(
      "dl",
      { class: "metrics", "aria-label": "Metrics on the test split" },
      METRIC_NAMES.filter((name) => version.metrics[name] !== undefined).map((name) =>
        h(
          "div",
          { key: name },
          h("dt", null, metricHead(name)),
          h("dd", null, metricWords(version.metrics, name)),
        ),
      ),
    ),
    h(Facts, {
      of: [
        ["Candidate", `${version.candidate} (${version.family})`],
        ["Dataset", h(Digest, { of: version.datasetDigest })],
        ["Definition", h(Digest, { of: version.definitionDigest })],
        ["Run", h("code", null, version.runId)],
        ["Commit", h("code", null, version.gitCommit.slice(0, 12))],
        ["Created", h(Instant, { at: version.createdAt })],
      ],
    }),
  );
}
