import { h } from "preact";
import { Hint } from "../parts/text.ts";
import { featureHref } from "../route.ts";
import type { StreamInput } from "./request-inputs.ts";

/** The inputs that the endpoint fetches itself and that a request must not carry. */
export function FetchedInputs({ inputs }: { readonly inputs: readonly StreamInput[] }) {
  const fetched = inputs.filter(({ wins }) => !wins);
  if (fetched.length === 0) return null;
  return h(
    "section",
    { "aria-label": "Fetched inputs" },
    h("h3", null, "Fetched by the endpoint"),
    h(Hint, null, "Features of streams, by the entities above. A request must not carry them."),
    h(
      "ul",
      { class: "fetched" },
      fetched.map((input) =>
        h(
          "li",
          { key: input.name },
          h("a", { href: featureHref(input.feature) }, h("code", null, input.name)),
          h("span", { class: "hint" }, ` ${fetchedWords(input)}`),
        ),
      ),
    ),
  );
}

/** `by origin; else missing` */
export const fetchedWords = ({ key, fallback }: Pick<StreamInput, "key" | "fallback">) =>
  `by ${key.join(" and ")}; ${fallback}`;
