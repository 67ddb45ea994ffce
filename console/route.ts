import { useEffect, useState } from "preact/hooks";

export const TABS = ["overview", "versions", "runs", "drift", "history"] as const;
export type Tab = (typeof TABS)[number];

/** What the page shows: the part of the address after `#`, so that a view can be linked to. */
export type Route =
  | { readonly view: "models" }
  | { readonly view: "alerts" }
  | { readonly view: "features" }
  | { readonly view: "feature"; readonly feature: string }
  | { readonly view: "model"; readonly model: string; readonly tab: Tab }
  | { readonly view: "unknown" };

/** @param hash such as `#/models/flight-delay/drift` */
export function routeOf(hash: string): Route {
  const [first, model, tab = "overview", ...more] = hash.replace(/^#?\/?/, "").split("/");
  if (first === "" || (first === "models" && !model)) return { view: "models" };
  if (first === "alerts" && model === undefined) return { view: "alerts" };
  if (first === "features") return featureRouteOf(hash);
  const known = TABS.find((name) => name === tab);
  const name = decoded(model ?? "");
  if (first !== "models" || !name || !known || more.length > 0) return { view: "unknown" };
  return { view: "model", model: name, tab: known };
}

function featureRouteOf(hash: string): Route {
  const [, name, ...more] = hash.replace(/^#?\/?/, "").split("/");
  if (!name) return { view: "features" };
  const feature = decoded(name);
  return !feature || more.length > 0 ? { view: "unknown" } : { view: "feature", feature };
}

/** @returns `undefined` for text that is not percent-encoded */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

export const modelHref = (model: string, tab: Tab = "overview") =>
  `#/models/${encodeURIComponent(model)}${tab === "overview" ? "" : `/${tab}`}`;

export const featureHref = (feature: string) => `#/features/${encodeURIComponent(feature)}`;

/** The route that the address names now. */
export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const update = () => setHash(location.hash);
    window.addEventListener("hashchange", update);
    return () => window.removeEventListener("hashchange", update);
  }, []);
  return routeOf(hash);
}
