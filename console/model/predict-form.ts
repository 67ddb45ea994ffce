import { h, type TargetedSubmitEvent } from "preact";
import { useState } from "preact/hooks";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import type { Issue } from "../../core/errors.ts";
import type { PredictionsAnswer } from "../answers.ts";
import { ActionProblem } from "../parts/action-problem.ts";
import { Hint } from "../parts/text.ts";
import { useAction } from "../parts/use-action.ts";
import { ask } from "../platform-api.ts";
import { FetchedInputs, fetchedWords } from "./fetched-inputs.ts";
import { instanceOf, textsOf } from "./form-values.ts";
import { PredictField } from "./predict-field.ts";
import { AnswerOutput } from "./prediction-answer.ts";
import { requestFieldsOf, type StreamInput, streamInputsOf } from "./request-inputs.ts";
import { WhyField } from "./why-field.ts";

export interface PredictFormProps {
  readonly model: string;
  readonly definition: StoredDefinition;
  readonly champion: number;
  /** Those that can be asked. */
  readonly versions: readonly number[];
}

/** Asks the endpoint as an application would. Checking values is left to it: its answer is what counts. */
export function PredictForm({ model, definition, champion, versions }: PredictFormProps) {
  const inputs = streamInputsOf(definition);
  const carried = inputs.filter(({ wins }) => wins);
  const fields = [
    ...requestFieldsOf(definition),
    ...carried.map(({ name, field }) => [name, field] as const),
  ];
  const [texts, setTexts] = useState(() => textsOf(fields, definition.example));
  const [version, setVersion] = useState("");
  const [explain, setExplain] = useState(false);
  const [answer, setAnswer] = useState<PredictionsAnswer>();
  const action = useAction();
  const issues = action.problem?.issues ?? [];
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    setAnswer(undefined);
    void action.run(async () => {
      const instances = [instanceOf(fields, texts)];
      const path = `/models/${encodeURIComponent(model)}${version && `/versions/${version}`}/predictions`;
      setAnswer(
        await ask<PredictionsAnswer>(path, { method: "POST", body: { instances, explain } }),
      );
    });
  };
  return h(
    "form",
    { onSubmit: submit, noValidate: true },
    h(
      "div",
      { class: "fields" },
      fields.map(([name, field]) =>
        h(PredictField, {
          key: name,
          name,
          field,
          text: texts[name] ?? "",
          issue: issueOf(issues, name),
          fetched: fetchedHint(carried, name),
          onText: (text) => setTexts({ ...texts, [name]: text }),
        }),
      ),
      h(VersionField, { champion, versions, version, onVersion: setVersion }),
      h(WhyField, { isAsked: explain, onChange: setExplain }),
    ),
    h(FetchedInputs, { inputs }),
    h(
      "div",
      { class: "buttons" },
      h("button", { type: "submit", disabled: action.isBusy }, "Predict"),
    ),
    issues.every(({ path }) => fields.some(([name]) => pathOf(name) === path))
      ? h(WrongFields, { count: issues.length })
      : null,
    issues.length === 0 ||
      issues.some(({ path }) => !fields.some(([name]) => pathOf(name) === path))
      ? h(ActionProblem, { of: action.problem })
      : null,
    answer ? h(AnswerOutput, { answer, target: definition.target.name }) : null,
    h(Hint, null, "It is logged like any other prediction, and counts in the drift check."),
  );
}

/** What becomes of a feature of a stream that the form leaves empty. */
function fetchedHint(inputs: readonly StreamInput[], name: string): string | undefined {
  const input = inputs.find((known) => known.name === name);
  return input && `what is sent wins; fetched when left empty, ${fetchedWords(input)}`;
}

const pathOf = (name: string) => `instances[0].${name}`;

const issueOf = (issues: readonly Issue[], name: string) =>
  issues.find(({ path }) => path === pathOf(name))?.message;

function WrongFields({ count }: { readonly count: number }) {
  if (count === 0) return null;
  const words =
    count === 1
      ? "One field is wrong; see beside it."
      : `${count} fields are wrong; see beside them.`;
  return h("p", { class: "problem", role: "alert" }, words);
}

function VersionField(props: {
  readonly champion: number;
  readonly versions: readonly number[];
  readonly version: string;
  readonly onVersion: (version: string) => void;
}) {
  return h(
    "div",
    { class: "field" },
    h("label", { for: "ask-version" }, "Ask"),
    h(
      "select",
      {
        id: "ask-version",
        value: props.version,
        onChange: (event: Event) => props.onVersion((event.target as HTMLSelectElement).value),
      },
      h("option", { value: "" }, `the champion (version ${props.champion})`),
      props.versions.map((version) =>
        h("option", { key: version, value: String(version) }, `version ${version}`),
      ),
    ),
  );
}
