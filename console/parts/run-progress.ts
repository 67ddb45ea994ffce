import { h } from "preact";
import type { ExecutionAnswer, StateAnswer } from "../answers.ts";
import { secondsWords } from "../words.ts";

const SIGNS = { running: "…", done: "✓", failed: "✗" } as const;

/** The states of an execution, each with how long it took or has taken by now. */
export function RunProgress({ execution }: { readonly execution: ExecutionAnswer }) {
  const { states } = execution;
  if (states.length === 0) return h("p", { class: "hint" }, "starting");
  return h(
    "ol",
    { class: "progress" },
    states.map((state) =>
      h(
        "li",
        { class: state.status, key: `${nameOf(state)} ${state.startedAt}` },
        h("span", { class: "sign", "aria-hidden": "true" }, SIGNS[state.status]),
        h("span", null, nameOf(state)),
        state.retries > 0 ? h("span", { class: "hint" }, `tried ${state.retries + 1} times`) : null,
        h("span", { class: "hidden" }, state.status),
        h(
          "span",
          { class: "seconds" },
          secondsWords((state.endedAt ?? Date.now()) - state.startedAt),
        ),
      ),
    ),
  );
}

/** `TrainCandidate` of the second item of a Map is `Train candidate 2`. */
function nameOf({ state, index }: StateAnswer): string {
  const words = state.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return index === undefined ? words : `${words} ${index + 1}`;
}
