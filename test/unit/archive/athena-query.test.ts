import {
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  InvalidRequestException,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import { describe, expect, it } from "vitest";
import { type AthenaDeps, athenaQuery } from "../../../aws/athena-query.ts";

const TYPES = { n: "bigint", score: "double", t: "timestamp", late: "boolean", name: "varchar" };
const COLUMNS = Object.keys(TYPES);

const rowOf = (...values: (string | undefined)[]) => ({
  Data: values.map((value) => (value === undefined ? {} : { VarCharValue: value })),
});

/** Athena whose query passes through states, a second between two looks, and whose result has three rows. */
function setUp(states: readonly string[] = ["QUEUED", "RUNNING", "SUCCEEDED"], refusal?: Error) {
  const left = [...states];
  const seen: object[] = [];
  const pages = [
    [rowOf(...COLUMNS), rowOf("1", "0.25", "2026-11-24 10:00:00.500", "true", "ORD")],
    [rowOf("9007199254740993", "1.0E-7", undefined, "false", undefined), rowOf("3")],
  ];
  const send = async (command: { readonly input: object }) => {
    seen.push(command);
    if (command instanceof StartQueryExecutionCommand) {
      if (refusal) throw refusal;
      return { QueryExecutionId: "q1" };
    }
    if (command instanceof GetQueryExecutionCommand) {
      const state = left.length > 1 ? left.shift() : left[0];
      const status = { State: state, StateChangeReason: "line 1:8: no column nope" };
      return { QueryExecution: { Status: status, Statistics: { DataScannedInBytes: 1_234 } } };
    }
    if (!(command instanceof GetQueryResultsCommand)) return {};
    const at = command.input.NextToken === undefined ? 0 : 1;
    const info = Object.entries(TYPES).map(([Name, Type]) => ({ Name, Type }));
    return {
      ...(at === 0 && { NextToken: "more" }),
      ResultSet: { Rows: pages[at], ResultSetMetadata: { ColumnInfo: info } },
    };
  };
  let seconds = 0;
  const stopwatch = () => 1_000 * seconds++;
  const deps: AthenaDeps = { client: { send } as AthenaDeps["client"], stopwatch, pollMs: 0 };
  const question = { sql: "SELECT 1", workGroup: "w", database: "d", timeoutMs: 60_000 };
  return { seen, ask: (mostRows = 10) => athenaQuery(deps, { ...question, mostRows }) };
}

describe("a question to Athena", () => {
  it("is asked in the workgroup and database, and answered over all pages in values, not texts", async () => {
    const { ask, seen } = setUp();

    const answer = await ask();

    expect(seen[0]).toHaveProperty("input", {
      ...{ QueryString: "SELECT 1", WorkGroup: "w", QueryExecutionContext: { Database: "d" } },
    });
    expect(answer).toEqual({
      columns: COLUMNS,
      rows: [
        [1n, 0.25, new Date("2026-11-24T10:00:00.500Z"), true, "ORD"],
        [9007199254740993n, 1e-7, null, false, null],
        [3n, null, null, null, null],
      ],
      ...{ isCut: false, scannedBytes: 1_234 },
    });
  });

  it("gives as many rows as are wanted, says that there are more, and reads no page for nothing", async () => {
    const one = await setUp().ask(1);
    expect(one).toMatchObject({ isCut: true, rows: [[1n, 0.25, expect.any(Date), true, "ORD"]] });
    expect((await setUp().ask(3)).isCut).toBe(false);
  });

  it.each([["FAILED"], ["CANCELLED"]])(
    "fails with Athena's reason where it is %s",
    async (state) => {
      const failed = setUp(["QUEUED", state]).ask();
      await expect(failed).rejects.toThrow(`the query ended as ${state}: line 1:8: no column nope`);
      await expect(failed).rejects.toHaveProperty("name", "InvalidInputError");
    },
  );

  it("stops a query that takes too long", async () => {
    const { ask, seen } = setUp(["RUNNING"]);

    await expect(ask()).rejects.toThrow(/took longer than 60 s and was stopped/);

    expect(seen.at(-1)).toBeInstanceOf(StopQueryExecutionCommand);
    expect(seen.at(-1)).toHaveProperty("input", { QueryExecutionId: "q1" });
  });

  it("fails where Athena refuses the query, and otherwise where it is not available", async () => {
    const wrong = new InvalidRequestException({ message: "mismatched input", $metadata: {} });
    await expect(setUp([], wrong).ask()).rejects.toThrow(/cannot be asked: mismatched input/);
    const busy = Object.assign(new Error("rate"), { name: "ThrottlingException" });
    await expect(setUp([], busy).ask()).rejects.toHaveProperty("name", "UnavailableError");
  });
});
