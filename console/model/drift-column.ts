import { h } from "preact";
import type { ColumnDrift } from "../../core/drift/column-drift.ts";
import { Table } from "../parts/table.ts";
import { countWords, numberWords } from "../words.ts";

type Bin = ColumnDrift["bins"][number];

/** One column's PSI as a bar against the limit, and its bins once they are asked for. */
export function DriftColumn(props: {
  readonly column: ColumnDrift;
  readonly maxPsi: number;
  /** PSI at the right end of the scale. */
  readonly most: number;
}) {
  const { column, maxPsi, most } = props;
  const at = (psi: number) => `${(100 * Math.min(psi, most)) / most}%`;
  return h(
    "li",
    { class: column.hasDrifted ? "drifted" : "" },
    h(
      "div",
      { class: "measure" },
      h("strong", null, column.name),
      h("span", { class: "number" }, numberWords(column.psi)),
      h("span", { class: "hint" }, verdictOf(column, maxPsi)),
    ),
    h(
      "svg",
      { class: "bar", "aria-hidden": "true", width: "100%", height: "20" },
      h("rect", { class: "track", width: "100%", y: "3", height: "14", rx: "3" }),
      h("rect", { class: "value", width: at(column.psi), y: "3", height: "14", rx: "3" }),
      h("line", { class: "limit", x1: at(maxPsi), x2: at(maxPsi), y1: "0", y2: "20" }),
    ),
    h(
      "details",
      null,
      h("summary", { "aria-label": `Bins of ${column.name}` }, "bins"),
      h(Bins, { column }),
    ),
  );
}

function verdictOf({ psi, hasDrifted, chanceLimit }: ColumnDrift, maxPsi: number): string {
  if (hasDrifted) return `drifted: over the limit of ${maxPsi}`;
  if (psi < maxPsi) return `below the limit of ${maxPsi}`;
  return `over the limit, but a window this small passes ${numberWords(chanceLimit)} by chance`;
}

function Bins({ column: { name, bins } }: { readonly column: ColumnDrift }) {
  const total = (side: "baseline" | "window") => bins.reduce((sum, bin) => sum + bin[side], 0);
  const [baseline, window] = [total("baseline"), total("window")];
  const shareOf = (count: number, of: number) =>
    `${countWords(count)} (${of === 0 ? 0 : ((100 * count) / of).toFixed(1)}%)`;
  return h(Table<Bin>, {
    label: `Bins of ${name}`,
    rows: bins,
    keyOf: ({ bin }) => bin,
    columns: [
      { name: "Bin", cell: ({ bin }) => bin },
      { name: "Baseline", isNumber: true, cell: (bin) => shareOf(bin.baseline, baseline) },
      { name: "Window", isNumber: true, cell: (bin) => shareOf(bin.window, window) },
    ],
  });
}
