import type { LogAnswer } from "../engine/predictions/query-log.ts";
import { queryLog } from "../engine/predictions/query-log.ts";
import { homePaths } from "../local/local-environment.ts";
import { RefusedError } from "./client.ts";
import { settingsOf } from "./settings.ts";
import { table } from "./table.ts";

export interface SqlCommand {
  readonly format: string;
  readonly most: string;
  /** A deployment. @default the local platform */
  readonly stack?: string | undefined;
  /** Where it is deployed. @default the AWS profile's */
  readonly region?: string | undefined;
}

type Answer = Pick<LogAnswer, "columns" | "rows" | "isCut">;

const FORMATS = ["table", "json", "csv"] as const;

/** Asks the prediction log of the local platform or of a deployment. @returns the rows as text */
export async function sql(query: string, command: SqlCommand): Promise<string> {
  const { format, most, stack, region } = command;
  const shape = FORMATS.find((known) => known === format);
  if (shape === undefined) {
    throw new RefusedError(`a format is one of ${FORMATS.join(", ")}, got ${format}`);
  }
  const mostRows = Number(most);
  if (!(Number.isInteger(mostRows) && mostRows > 0 && mostRows <= 1_000_000)) {
    throw new RefusedError(`--most is a number of rows from 1 to 1000000, got ${most}`);
  }
  const answer = await (stack === undefined
    ? askLocal(query, mostRows)
    : askStack(query, mostRows, stack, region));
  if (answer.isCut)
    console.error(`millrace: there are more than ${most} rows; ask for them with --most`);
  return answerText(answer, shape);
}

function askLocal(query: string, mostRows: number): Promise<Answer> {
  const { home, duckdbMemory } = settingsOf(process.env);
  const root = homePaths.objects(home);
  return queryLog({ root, sql: query, mostRows, memoryLimit: duckdbMemory });
}

/** Longest that Athena may take. */
const STACK_TIMEOUT_MS = 10 * 60_000;

async function askStack(
  query: string,
  mostRows: number,
  stack: string,
  region: string | undefined,
): Promise<Answer> {
  // The clients of AWS take half a second to load, which a local question should not wait for.
  const { AthenaClient } = await import("@aws-sdk/client-athena");
  const { athenaQuery } = await import("../aws/athena-query.ts");
  const { describeDeployment, outputOf } = await import("./deployment.ts");
  const deployment = await describeDeployment(stack, region);
  const answer = await athenaQuery(
    {
      client: new AthenaClient({ region: deployment.region }),
      stopwatch: () => performance.now(),
    },
    {
      ...{ sql: query, mostRows, timeoutMs: STACK_TIMEOUT_MS },
      workGroup: outputOf(deployment, "AthenaWorkGroup"),
      database: outputOf(deployment, "AthenaDatabase"),
    },
  );
  console.error(`millrace: Athena read ${(answer.scannedBytes / 1e6).toFixed(1)} MB`);
  return answer;
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
