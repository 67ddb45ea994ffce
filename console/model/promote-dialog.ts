import { h, type TargetedSubmitEvent } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ActionProblem } from "../parts/action-problem.ts";
import { useAction } from "../parts/use-action.ts";
import { ask, modelPath } from "../platform-api.ts";

/** Asks why, then moves the champion; the platform loads the version and tries it before. */
export function PromoteDialog(props: {
  readonly model: string;
  readonly version: number;
  /** That which the person saw; if it is another by now, nothing is moved. */
  readonly champion: number | null;
  readonly onClose: () => void;
}) {
  const { model, version, onClose } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const [champion] = useState(props.champion);
  const [why, setWhy] = useState("");
  const [by, setBy] = useState("");
  const action = useAction();
  useEffect(() => dialog.current?.showModal(), []);
  const submit = async (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const path = `${modelPath(model)}/aliases/champion`;
    const body = { version, why, expected: champion, ...(by === "" ? {} : { by }) };
    if (await action.run(() => ask(path, { method: "PUT", body }))) onClose();
  };
  return h(
    "dialog",
    { ref: dialog, onClose, "aria-labelledby": "promote-title" },
    h(
      "form",
      { onSubmit: submit },
      h("h2", { id: "promote-title" }, `Promote version ${version}`),
      h(
        "p",
        null,
        champion === null
          ? `It becomes the first champion of ${model}.`
          : `It takes the place of version ${champion} as champion of ${model}, and answers within seconds.`,
      ),
      h("label", { for: "promote-why" }, "Reason, for the history"),
      h("textarea", {
        id: "promote-why",
        required: true,
        maxLength: 500,
        rows: 3,
        value: why,
        onInput: (event: Event) => setWhy((event.target as HTMLTextAreaElement).value),
      }),
      h("label", { for: "promote-by" }, "Your name"),
      h("input", {
        id: "promote-by",
        type: "text",
        maxLength: 200,
        placeholder: "local",
        value: by,
        onInput: (event: Event) => setBy((event.target as HTMLInputElement).value),
      }),
      h(ActionProblem, { of: action.problem }),
      h(
        "div",
        { class: "buttons" },
        h(
          "button",
          { type: "submit", disabled: action.isBusy },
          action.isBusy ? "Trying it…" : "Promote",
        ),
        h(
          "button",
          { type: "button", class: "quiet", onClick: () => dialog.current?.close() },
          "Cancel",
        ),
      ),
    ),
  );
}
