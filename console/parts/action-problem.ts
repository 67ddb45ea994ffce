import { h } from "preact";
import type { RefusedError } from "../platform-api.ts";

/** Why what a person asked for was not done, also where the platform was silent. */
export function ActionProblem({ of }: { readonly of: RefusedError | undefined }) {
  return of ? h("p", { class: "problem", role: "alert" }, of.message) : null;
}
