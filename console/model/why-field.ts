import { h } from "preact";

/** Whether the endpoint shall say why. */
export function WhyField(props: {
  readonly isAsked: boolean;
  readonly onChange: (isAsked: boolean) => void;
}) {
  return h(
    "div",
    { class: "field" },
    h("label", { for: "ask-why" }, "Say why"),
    h("input", {
      id: "ask-why",
      type: "checkbox",
      checked: props.isAsked,
      onChange: (event: Event) => props.onChange((event.target as HTMLInputElement).checked),
    }),
  );
}
