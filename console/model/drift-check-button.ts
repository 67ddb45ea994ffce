import { h } from "preact";
import { useState } from "preact/hooks";
import type { ExecutionAnswer, ModelAnswer } from "../answers.ts";
import { ActionProblem } from "../parts/action-problem.ts";
import { useAction } from "../parts/use-action.ts";
import { ask, modelPath } from "../platform-api.ts";
import { usePolled } from "../use-polled.ts";

/** Starts a drift check, and says how the one that it started ended. */
export function DriftCheckButton({ model }: { readonly model: ModelAnswer }) {
  const action = useAction();
  const [started, setStarted] = useState<string>();
  const isRunning = model.running.some(({ machine }) => machine === "monitoring");
  const start = () =>
    action.run(async () => {
      setStarted(undefined);
      const path = `${modelPath(model.model)}/checks`;
      const { execution } = await ask<{ execution: string }>(path, { method: "POST", body: {} });
      setStarted(execution);
    });
  return h(
    "div",
    null,
    h(
      "button",
      { type: "button", disabled: isRunning || action.isBusy, onClick: start },
      "Check drift",
    ),
    h(ActionProblem, { of: action.problem }),
    started ? h(CheckEnd, { key: started, execution: started }) : null,
  );
}

function CheckEnd({ execution }: { readonly execution: string }) {
  const { data } = usePolled<ExecutionAnswer>(
    `/api/executions/${encodeURIComponent(execution)}`,
    1_000,
  );
  if (data?.status === "failed") {
    return h(
      "p",
      { class: "problem", role: "alert" },
      `The check failed: ${data.error ?? "no reason known"}`,
    );
  }
  return h(
    "p",
    { class: "hint", role: "status" },
    data?.status === "succeeded" ? "The check is done." : "Checking.",
  );
}
