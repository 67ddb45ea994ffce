import { h } from "preact";
import type { ModelAnswer } from "../answers.ts";
import { Chip, Hint, Problem } from "../parts/text.ts";
import { modelPath } from "../platform-api.ts";
import { modelHref, TABS, type Tab } from "../route.ts";
import { usePolledWhileBusy } from "../use-polled.ts";
import { DriftTab } from "./drift-tab.ts";
import { HistoryTab } from "./history-tab.ts";
import { OverviewTab } from "./overview-tab.ts";
import { RunsTab } from "./runs-tab.ts";
import { VersionsTab } from "./versions-tab.ts";

const TAB_VIEWS = {
  overview: OverviewTab,
  versions: VersionsTab,
  runs: RunsTab,
  drift: DriftTab,
  history: HistoryTab,
} as const;

/** One model. */
export function ModelView({ model, tab }: { readonly model: string; readonly tab: Tab }) {
  const { data, problem, everyMs } = usePolledWhileBusy<ModelAnswer>(
    modelPath(model),
    ({ running }) => running.length > 0,
  );
  return h(
    "div",
    null,
    h(
      "div",
      { class: "title" },
      h("h1", null, model),
      data?.running.map(({ name, machine }) =>
        h(Chip, {
          key: name,
          word: machine === "training" ? "training" : "checking drift",
          tone: "busy",
        }),
      ),
    ),
    data ? h("p", { class: "hint" }, `${data.description}. Owner: ${data.owner}`) : null,
    h(
      "nav",
      { class: "tabs", "aria-label": "Views of the model" },
      TABS.map((name) =>
        h(
          "a",
          {
            key: name,
            href: modelHref(model, name),
            ...(name === tab ? { "aria-current": "page" as const } : {}),
          },
          name,
        ),
      ),
    ),
    h(Problem, { of: problem }),
    problem?.status === 404 ? h(Hint, null, h("a", { href: "#/" }, "All models")) : null,
    data ? h(TAB_VIEWS[tab], { model: data, everyMs }) : null,
  );
}
