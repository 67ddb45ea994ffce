/** Pieces of Markdown that a model card is made of. */

export const section = (title: string, ...body: readonly string[]) => [`## ${title}`, ...body];

export const list = (lines: readonly string[]) => lines.map((line) => `- ${line}`).join("\n");

export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cellText).join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Text that stays in its cell, whatever the data holds. */
const cellText = (text: string) => text.replaceAll("|", "\\|").replace(/\s+/g, " ");

/** At most six significant digits: a card is read by people, the manifest has the exact value. */
export const shown = (value: number | null | undefined) =>
  value === null || value === undefined ? "-" : String(Number(value.toPrecision(6)));

/** What a column holds; null is a missing value. */
export const valueWords = (value: string | null) => value ?? "(missing)";
