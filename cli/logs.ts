import { setTimeout as wait } from "node:timers/promises";
import {
  type CloudWatchLogsClient,
  DescribeQueryDefinitionsCommand,
  GetQueryResultsCommand,
  type ResultField,
  StartQueryCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { SAVED_QUERIES } from "../core/observability/saved-queries.ts";
import { RefusedError } from "./client.ts";

export interface LogQuestion {
  /** Name of a saved query. */
  readonly query: string;
  readonly stack: string;
  /** Put in the place of `<…>`. */
  readonly id?: string | undefined;
  /** How far back. */
  readonly hours: number;
}

export interface AskLogsDeps {
  readonly logs: Pick<CloudWatchLogsClient, "send">;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Between two looks at a query under way. @default 1000 */
  readonly pollMs?: number;
}

export type LogRow = Readonly<Record<string, string>>;

const HOUR_MS = 60 * 60 * 1000;

/**
 * Asks a deployment's logs one of its saved queries: what a person would do in CloudWatch Logs Insights.
 * It costs by what is read.
 *
 * @throws {RefusedError} if there is no such query, it needs an id, or the query fails
 */
export async function askLogs(
  deps: AskLogsDeps,
  question: LogQuestion,
): Promise<readonly LogRow[]> {
  const text = queryText(question);
  const { logs, clock } = deps;
  const now = clock();
  const { queryId } = await logs.send(
    new StartQueryCommand({
      queryString: text,
      logGroupNames: await logGroupsOf(logs, question),
      // in seconds
      startTime: Math.floor((now - question.hours * HOUR_MS) / 1000),
      endTime: Math.ceil(now / 1000),
    }),
  );
  for (;;) {
    const { status, results = [] } = await logs.send(new GetQueryResultsCommand({ queryId }));
    if (status === "Complete") return rowsOf(results);
    if (status !== "Running" && status !== "Scheduled") {
      throw new RefusedError(`the query ${question.query} ended as ${status}; ask for fewer hours`);
    }
    await wait(deps.pollMs ?? 1_000);
  }
}

function queryText({ query, id }: LogQuestion): string {
  const saved = SAVED_QUERIES.find(({ name }) => name === query);
  if (saved === undefined) {
    const names = SAVED_QUERIES.map(({ name }) => name).join(", ");
    throw new RefusedError(`there is no saved query ${query}; there are ${names}`);
  }
  if (!/<[^>]*>/.test(saved.text)) return saved.text;
  if (id === undefined || /["\\\n]/.test(id)) {
    throw new RefusedError(
      `the query ${query} needs --id, ${id === undefined ? "and got none" : `not ${id}`}`,
    );
  }
  return saved.text.replaceAll(/<[^>]*>/g, id);
}

/** Those that the stack saved the query for. */
async function logGroupsOf(
  logs: AskLogsDeps["logs"],
  { query, stack }: LogQuestion,
): Promise<string[]> {
  const queryDefinitionNamePrefix = `${stack}/${query}`;
  const { queryDefinitions = [] } = await logs.send(
    new DescribeQueryDefinitionsCommand({ queryDefinitionNamePrefix }),
  );
  const found = queryDefinitions.find(({ name }) => name === queryDefinitionNamePrefix);
  if (found?.logGroupNames !== undefined) return found.logGroupNames;
  throw new RefusedError(
    `no saved query ${queryDefinitionNamePrefix} in this region; is the stack deployed there, and up to date?`,
  );
}

/** Rows with the same columns each, without CloudWatch's own pointer to the line. */
function rowsOf(results: readonly (readonly ResultField[])[]): readonly LogRow[] {
  const rows = results.map(
    (fields) => new Map(fields.map(({ field = "", value = "" }) => [field, value])),
  );
  const names = [...new Set(rows.flatMap((row) => [...row.keys()]))].filter(
    (name) => name !== "@ptr",
  );
  return rows.map((row) => Object.fromEntries(names.map((name) => [name, row.get(name) ?? ""])));
}
