import { h } from "preact";
import type { ModelAnswer } from "../answers.ts";
import { ActionProblem } from "../parts/action-problem.ts";
import { RunProgress } from "../parts/run-progress.ts";
import { Card, Hint } from "../parts/text.ts";
import { useAction } from "../parts/use-action.ts";
import { ask, modelPath } from "../platform-api.ts";
import { secondsWords } from "../words.ts";
import { DriftCheckButton } from "./drift-check-button.ts";

/** What runs now, and the buttons that start more. */
export function RunningCard({ model }: { readonly model: ModelAnswer }) {
  return h(
    Card,
    { title: "Now" },
    model.running.length === 0 ? h(Hint, null, "Nothing runs.") : null,
    model.running.map((execution) =>
      h(
        "div",
        { key: execution.name },
        h(
          "p",
          null,
          h("strong", null, execution.machine === "training" ? "Training" : "Checking drift"),
          ` for ${secondsWords(Date.now() - execution.startedAt)} `,
          h("code", null, execution.name),
        ),
        h(RunProgress, { execution }),
      ),
    ),
    h("div", { class: "buttons" }, h(TrainButton, { model }), h(DriftCheckButton, { model })),
  );
}

function TrainButton({ model }: { readonly model: ModelAnswer }) {
  const action = useAction();
  const isRunning = model.running.some(({ machine }) => machine === "training");
  const start = () =>
    action.run(() =>
      ask(`${modelPath(model.model)}/runs`, {
        method: "POST",
        body: { reason: "asked for in the console", requestedBy: "console" },
      }),
    );
  return h(
    "div",
    null,
    h(
      "button",
      { type: "button", disabled: isRunning || action.isBusy, onClick: start },
      "Start training",
    ),
    h(ActionProblem, { of: action.problem }),
  );
}
