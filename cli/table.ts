/** Rows as text in aligned columns, headed by their keys; what a member holds stands in its cell by name. */
export function table(rows: readonly Readonly<Record<string, unknown>>[]): string {
  const first = rows[0];
  if (!first) return "(none)";
  const keys = Object.keys(first);
  const cells = [keys, ...rows.map((row) => keys.map((key) => cell(row[key])))];
  const widths = keys.map((_key, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)));
  return cells
    .map((row) =>
      row
        .map((text, i) => text.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return "-";
  if (typeof value === "object") {
    const parts = Object.entries(value).map(([name, part]) => `${name} ${cell(part)}`);
    return parts.join(", ");
  }
  return typeof value === "number" && !Number.isInteger(value) ? value.toFixed(4) : String(value);
}
