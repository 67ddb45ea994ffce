import { type ComponentChildren, h } from "preact";
import type { RefusedError } from "../platform-api.ts";
import { instantWords, shortDigest } from "../words.ts";

/** Small things that many views are made of. */

/** An instant in UTC; its title has the exact one. */
export const Instant = ({ at }: { readonly at: string }) =>
  h("time", { dateTime: at, title: at }, instantWords(at));

/** The beginning of a digest; its title has all of it. */
export const Digest = ({ of }: { readonly of: string }) =>
  h("code", { title: of }, shortDigest(of));

export type Tone = "good" | "bad" | "busy" | "plain";

/** A word that stands out; its colour says nothing that the word does not. */
export const Chip = ({ word, tone }: { readonly word: string; readonly tone: Tone }) =>
  h("span", { class: `chip ${tone}` }, word);

/** A titled part of a view. */
export function Card(props: {
  readonly title: string;
  readonly class?: string;
  readonly children?: ComponentChildren;
}) {
  return h(
    "section",
    { class: `card ${props.class ?? ""}`, "aria-label": props.title },
    h("h2", null, props.title),
    props.children,
  );
}

/** Pairs of a name and what it is. */
export function Facts({ of }: { readonly of: readonly (readonly [string, ComponentChildren])[] }) {
  return h(
    "dl",
    { class: "facts" },
    of.map(([name, value]) => h("div", { key: name }, h("dt", null, name), h("dd", null, value))),
  );
}

/** Why something cannot be shown. That the platform is silent is said once, at the top of the page. */
export function Problem({ of }: { readonly of: RefusedError | undefined }) {
  if (of === undefined || of.status === 0) return null;
  return h("p", { class: "problem", role: "alert" }, of.message);
}

export const Hint = ({ children }: { readonly children?: ComponentChildren }) =>
  h("p", { class: "hint" }, children);
