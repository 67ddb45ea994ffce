import { h } from "preact";
import type { AlertAnswer } from "./answers.ts";
import { Chip, Hint, Instant, Problem, type Tone } from "./parts/text.ts";
import { modelHref } from "./route.ts";
import { usePolled } from "./use-polled.ts";

/** The last alerts of every model. */
export function AlertsView() {
  return h("div", null, h("h1", null, "Alerts"), h(AlertList, { most: 50 }));
}

const TONES: Readonly<Record<AlertAnswer["severity"], Tone>> = {
  info: "plain",
  warning: "busy",
  critical: "bad",
};

/** @param props.model only its alerts; all if absent */
export function AlertList({ model, most }: { readonly model?: string; readonly most: number }) {
  const { data, problem } = usePolled<readonly AlertAnswer[]>("/api/alerts", 5_000);
  const alerts = data?.filter((alert) => model === undefined || alert.model === model);
  return h(
    "div",
    null,
    h(Problem, { of: problem }),
    alerts?.length === 0 ? h(Hint, null, "No alerts.") : null,
    h(
      "ul",
      { class: "alerts" },
      alerts
        ?.slice(0, most)
        .map((alert) =>
          h(
            "li",
            { key: `${alert.at} ${alert.model} ${alert.subject}` },
            h(
              "p",
              { class: "chips" },
              h(Chip, { word: alert.severity, tone: TONES[alert.severity] ?? "plain" }),
              h(Instant, { at: alert.at }),
              model === undefined ? h("a", { href: modelHref(alert.model) }, alert.model) : null,
            ),
            h("p", null, h("strong", null, alert.subject)),
            h("p", { class: "detail" }, alert.detail),
          ),
        ),
    ),
  );
}
