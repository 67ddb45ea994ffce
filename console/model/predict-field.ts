import { h } from "preact";
import type { Field } from "../../core/definition/model-definition.ts";

/** One field of a request, what is known of it, and what was wrong with it. */
export function PredictField(props: {
  readonly name: string;
  readonly field: Field;
  readonly text: string;
  readonly issue: string | undefined;
  /** What happens where it is left empty, of a feature of a stream. */
  readonly fetched: string | undefined;
  readonly onText: (text: string) => void;
}) {
  const { name, field, text, issue } = props;
  const id = `field-${name}`;
  const control = {
    id,
    value: text,
    "aria-describedby": `${id}-about`,
    ...(issue ? { "aria-invalid": "true" as const } : {}),
    onInput: (event: Event) => props.onText((event.target as HTMLInputElement).value),
  };
  const choices = choicesOf(field);
  return h(
    "div",
    { class: "field" },
    h("label", { for: id }, name),
    choices
      ? h(
          "select",
          control,
          h("option", { value: "" }, "(not sent)"),
          choices.map((choice) => h("option", { key: choice, value: choice }, choice)),
        )
      : h("input", {
          ...control,
          type: "text",
          autoComplete: "off",
          spellcheck: false,
          placeholder: PLACEHOLDERS[field.type] ?? "",
          ...(field.type === "number" || field.type === "integer"
            ? { inputMode: "decimal" as const }
            : {}),
        }),
    h(
      "p",
      { id: `${id}-about`, class: issue ? "issue" : "hint" },
      issue ?? [aboutOf(field), props.fetched].filter(Boolean).join("; "),
    ),
  );
}

/** How a value is written where that is not plain. */
const PLACEHOLDERS: Partial<Record<Field["type"], string>> = {
  timestamp: "2026-01-31T17:10:00Z",
  tags: "red|green",
};

function choicesOf({ type, values }: Field): readonly string[] | undefined {
  // of tags any number may be sent
  if (type === "tags") return undefined;
  return type === "boolean" ? ["true", "false"] : values;
}

/** `number, miles, 0 to 10000, may be missing` */
function aboutOf(field: Field): string {
  const { type, unit, min, max, values, required, role, description } = field;
  const range = [min === undefined ? "" : `from ${min}`, max === undefined ? "" : `to ${max}`];
  const parts = [
    type,
    unit,
    type === "tags" ? tagsWords(values) : "",
    range.filter(Boolean).join(" "),
    role === "entity" ? "not read by the model" : "",
  ];
  const facts = [...parts, required ? "" : "may be missing"].filter(Boolean).join(", ");
  return description ? `${description} (${facts})` : facts;
}

const tagsWords = (values: Field["values"]) =>
  `with | between them, | alone is none${values ? `; of ${values.join(", ")}` : ""}`;
