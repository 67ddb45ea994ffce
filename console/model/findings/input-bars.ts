import { h } from "preact";
import type { RunReport } from "../../../core/run/run-report.ts";
import { Table } from "../../parts/table.ts";
import { Hint } from "../../parts/text.ts";
import { amountWords } from "../../words.ts";
import { type Bar, topBars } from "./findings-words.ts";

/** What the inputs are worth: by dealing out their values anew, and by what they add to scores. */
export function InputBars({ report }: { readonly report: RunReport }) {
  const { importances, contributions = [] } = report;
  const shuffled = importances.map(({ input, mean }) => ({ input, value: mean }));
  const moved = contributions.map(({ feature, meanAbsolute }) => ({
    input: feature,
    value: meanAbsolute,
  }));
  if (shuffled.length + moved.length === 0) return null;
  return h(
    "section",
    null,
    h("h3", null, "Inputs"),
    h(Bars, {
      bars: topBars(shuffled),
      label: "Permutation importances",
      why: "By how much the selection's metric is worse where the values of an input are dealt out anew.",
    }),
    h(Bars, {
      bars: topBars(moved),
      label: "Mean contributions",
      why: "How far an input moves the raw score on average (mean absolute SHAP value).",
    }),
  );
}

function Bars(props: {
  readonly bars: readonly Bar[];
  readonly label: string;
  readonly why: string;
}) {
  if (props.bars.length === 0) return null;
  return h(
    "div",
    null,
    h(Hint, null, props.why),
    h(Table<Bar>, {
      label: props.label,
      rows: props.bars,
      keyOf: ({ input }) => input,
      columns: [
        { name: "Input", cell: ({ input }) => input },
        { name: "Worth", isNumber: true, cell: ({ value }) => amountWords(value) },
        { name: "Of the largest", cell: ({ share }) => h(BarOf, { share }) },
      ],
    }),
  );
}

/** Says nothing that the number beside it does not. */
const BarOf = ({ share }: { readonly share: number }) =>
  h(
    "svg",
    { class: "bar", "aria-hidden": "true", width: "100%", height: "14" },
    h("rect", { class: "track", width: "100%", height: "14", rx: "3" }),
    h("rect", { class: "value", width: `${100 * share}%`, height: "14", rx: "3" }),
  );
