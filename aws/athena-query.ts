import { setTimeout as wait } from "node:timers/promises";
import {
  type AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  InvalidRequestException,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import { InvalidInputError } from "../core/errors.ts";
import { callSdk } from "./sdk-errors.ts";

export interface AthenaQuestion {
  /** One SELECT. */
  readonly sql: string;
  readonly workGroup: string;
  /** What tables are looked for in. */
  readonly database: string;
  /** Largest number of rows that are given. */
  readonly mostRows: number;
  /** Longest that the query may take; then it is stopped. */
  readonly timeoutMs: number;
}

export interface AthenaAnswer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** Whether there are more rows than are given. */
  readonly isCut: boolean;
  /** What is paid for. */
  readonly scannedBytes: number;
}

export interface AthenaDeps {
  readonly client: Pick<AthenaClient, "send">;
  /** Milliseconds from any origin. */
  readonly stopwatch: () => number;
  /** Between two looks at a query under way. @default 500 */
  readonly pollMs?: number;
}

// Source: "GetQueryResults", Amazon Athena API reference: at most 1,000 rows a page, the names among them.
const PAGE_ROWS = 1_000;

/**
 * Asks Athena, waits, and gives the first rows: numbers as numbers, times as ISO 8601, NULL as null.
 *
 * @throws {InvalidInputError} if Athena refuses or ends the query, or it takes too long
 * @throws {UnavailableError} if Athena cannot be asked at the moment
 */
export async function athenaQuery(
  deps: AthenaDeps,
  question: AthenaQuestion,
): Promise<AthenaAnswer> {
  const { client } = deps;
  const { sql, workGroup, database, mostRows } = question;
  const command = new StartQueryExecutionCommand({
    QueryString: sql,
    WorkGroup: workGroup,
    QueryExecutionContext: { Database: database },
  });
  const { QueryExecutionId: id } = await asked(() => client.send(command));
  const scannedBytes = await finished(deps, question, id as string);
  return { ...(await firstRows(client, id as string, mostRows)), scannedBytes };
}

const asked = <T>(call: () => Promise<T>): Promise<T> =>
  callSdk("Athena", async () => {
    try {
      return await call();
    } catch (cause) {
      if (!(cause instanceof InvalidRequestException)) throw cause;
      throw new InvalidInputError(`the query cannot be asked: ${cause.message}`, { cause });
    }
  });

/** Waits for the end. @returns bytes that were read */
async function finished(
  { client, stopwatch, pollMs = 500 }: AthenaDeps,
  { timeoutMs }: AthenaQuestion,
  id: string,
): Promise<number> {
  const startedAt = stopwatch();
  for (;;) {
    const command = new GetQueryExecutionCommand({ QueryExecutionId: id });
    const { QueryExecution: seen } = await asked(() => client.send(command));
    const { State: state = "UNKNOWN", StateChangeReason: why } = seen?.Status ?? {};
    if (state === "SUCCEEDED") return seen?.Statistics?.DataScannedInBytes ?? 0;
    if (state !== "QUEUED" && state !== "RUNNING") {
      throw new InvalidInputError(`the query ended as ${state}: ${why ?? "no reason is told"}`);
    }
    if (stopwatch() - startedAt >= timeoutMs) {
      await asked(() => client.send(new StopQueryExecutionCommand({ QueryExecutionId: id })));
      throw new InvalidInputError(
        `the query took longer than ${timeoutMs / 1_000} s and was stopped; ask less of it: name the model and the date`,
      );
    }
    await wait(pollMs);
  }
}

async function firstRows(
  client: AthenaDeps["client"],
  id: string,
  mostRows: number,
): Promise<Omit<AthenaAnswer, "scannedBytes">> {
  const rows: (readonly unknown[])[] = [];
  let columns: readonly { readonly name: string; readonly type: string }[] = [];
  let token: string | undefined;
  do {
    const command = new GetQueryResultsCommand({
      QueryExecutionId: id,
      MaxResults: PAGE_ROWS,
      ...(token !== undefined && { NextToken: token }),
    });
    const page = await asked(() => client.send(command));
    const found = page.ResultSet?.Rows ?? [];
    if (token === undefined) {
      columns = (page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? []).map(
        ({ Name: name = "", Type: type = "" }) => ({ name, type }),
      );
    }
    // the first row of a SELECT is the columns' names
    for (const { Data: cells = [] } of token === undefined ? found.slice(1) : found) {
      rows.push(columns.map(({ type }, i) => plainValue(cells[i]?.VarCharValue, type)));
    }
    token = page.NextToken;
  } while (token !== undefined && rows.length <= mostRows);
  return {
    columns: columns.map(({ name }) => name),
    rows: rows.slice(0, mostRows),
    isCut: rows.length > mostRows,
  };
}

const FRACTIONS = /^(double|float|real|decimal)/;
const WHOLE = /^(tinyint|smallint|integer|int|bigint)$/;

/** Athena gives every value as text. */
function plainValue(text: string | undefined, type: string): unknown {
  if (text === undefined) return null;
  if (WHOLE.test(type)) return BigInt(text);
  if (FRACTIONS.test(type)) return Number(text);
  if (type === "boolean") return text === "true";
  // 2026-11-24 10:00:00.000, in UTC as it was written
  return type === "timestamp" ? new Date(`${text.replace(" ", "T")}Z`) : text;
}
