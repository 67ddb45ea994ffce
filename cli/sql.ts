import type { LogAnswer } from "../engine/predictions/query-log.ts";
import { queryLog } from "../engine/predictions/query-log.ts";
import { homePaths } from "../local/local-environment.ts";
import { RefusedError } from "./client.ts";
import { settingsOf } from "./settings.ts";
import { table } from "./table.ts";

export interface SqlCommand {
  readonly format: string;
  readonly most: string;
}

const FORMATS = ["table", "json", "csv"] as const;

/** Asks the local platform's prediction log. @returns the rows as text */
export async function sql(query: string, { format, most }: SqlCommand): Promise<string> {
  const shape = FORMATS.find((known) => known === format);
  if (shape === undefined) {
    throw new RefusedError(`a format is one of ${FORMATS.join(", ")}, got ${format}`);
  }
  const mostRows = Number(most);
  if (!(Number.isInteger(mostRows) && mostRows > 0 && mostRows <= 1_000_000)) {
    throw new RefusedError(`--most is a number of rows from 1 to 1000000, got ${most}`);
  }
  const { home, duckdbMemory } = settingsOf(process.env);
  const root = homePaths.objects(home);
  const answer = await queryLog({ root, sql: query, mostRows, memoryLimit: duckdbMemory });
  if (answer.isCut)
    console.error(`millrace: there are more than ${most} rows; ask for them with --most`);
  return answerText(answer, shape);
}

/** An answer as text: times in ISO 8601, UTC; whole numbers exact. */
export function answerText(
  { columns, rows }: Pick<LogAnswer, "columns" | "rows">,
  format: (typeof FORMATS)[number],
): string {
  const plain = rows.map((row) => row.map(plainValue));
  if (format === "csv") return [columns, ...plain].map(csvLine).join("\n");
  const objects = plain.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]])));
  return format === "json" ? JSON.stringify(objects, null, 2) : table(objects);
}

function plainValue(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== "bigint") return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

const csvLine = (cells: readonly unknown[]) => cells.map(csvCell).join(",");

function csvCell(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
