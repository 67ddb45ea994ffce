import { h } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { AlertsView } from "./alerts-view.ts";
import { useSilentSince } from "./connection.ts";
import { FeatureView } from "./features/feature-view.ts";
import { FeaturesView } from "./features/features-view.ts";
import { ModelView } from "./model/model-view.ts";
import { ModelsView } from "./models-view.ts";
import { type Route, useRoute } from "./route.ts";

/** The page: where one is, whether the platform answers, and the view. */
export function App() {
  const route = useRoute();
  const title = titleOf(route);
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    document.title = title === "Millrace" ? title : `${title} · Millrace`;
    // a new view is where a reader of the page should go on, as after a load
    if (!isFirst.current) main.current?.focus();
    isFirst.current = false;
  }, [title]);
  return h(
    "div",
    null,
    h(
      "header",
      { class: "top" },
      h(
        "a",
        { class: "brand", href: "#/" },
        h("img", { src: "/console/icon.svg", alt: "" }),
        "Millrace",
      ),
      h(
        "nav",
        { "aria-label": "Main" },
        link("Models", "#/", route.view === "models"),
        link("Features", "#/features", route.view === "features"),
        link("Alerts", "#/alerts", route.view === "alerts"),
      ),
    ),
    h(SilenceBanner, {}),
    h("main", { ref: main, tabIndex: -1 }, viewOf(route)),
    h(
      "footer",
      null,
      "Times are UTC. This page talks to the platform that served it, and to nobody else.",
    ),
  );
}

const link = (word: string, href: string, isHere: boolean) =>
  h("a", { href, ...(isHere ? { "aria-current": "page" as const } : {}) }, word);

function viewOf(route: Route) {
  if (route.view === "models") return h(ModelsView, {});
  if (route.view === "alerts") return h(AlertsView, {});
  if (route.view === "features") return h(FeaturesView, {});
  if (route.view === "feature") {
    return h(FeatureView, { key: route.feature, feature: route.feature });
  }
  if (route.view === "model") {
    return h(ModelView, { key: route.model, model: route.model, tab: route.tab });
  }
  return h("p", null, "There is no such view. ", h("a", { href: "#/" }, "All models"));
}

function titleOf(route: Route): string {
  if (route.view === "model") return `${route.model} ${route.tab}`;
  if (route.view === "feature") return route.feature;
  if (route.view === "features") return "Features";
  return route.view === "alerts" ? "Alerts" : "Millrace";
}

function SilenceBanner() {
  const since = useSilentSince();
  return h(
    "div",
    { role: "status" },
    since
      ? h(
          "p",
          { class: "silence" },
          `The platform has not answered since ${since.toISOString().slice(11, 19)} UTC. What you see is older. Asking again every few seconds; if it was stopped, start it with npm start.`,
        )
      : null,
  );
}
