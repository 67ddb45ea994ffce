import {
  DescribeQueryDefinitionsCommand,
  type QueryDefinition,
  StartQueryCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { describe, expect, it } from "vitest";
import { type AskLogsDeps, askLogs } from "../../../cli/logs.ts";

const NOW = Date.parse("2026-11-23T12:00:00Z");

/** CloudWatch Logs that has one saved query and answers after some looks. */
function setUp(statuses: readonly string[] = ["Scheduled", "Running", "Complete"]) {
  const started: StartQueryCommand["input"][] = [];
  const left = [...statuses];
  const saved: QueryDefinition[] = ["one-run-of-others", "one-run", "failed-runs"].map((name) => ({
    name: `millrace-dev/${name}`,
    logGroupNames: [`group-of-${name}`],
  }));
  const send = async (command: { readonly input: object }) => {
    if (command instanceof DescribeQueryDefinitionsCommand) {
      const { queryDefinitionNamePrefix: prefix = "" } = command.input;
      return { queryDefinitions: saved.filter(({ name }) => name?.startsWith(prefix)) };
    }
    if (command instanceof StartQueryCommand) {
      started.push(command.input);
      return { queryId: "q1" };
    }
    const row = [
      { field: "function", value: "train" },
      { field: "@ptr", value: "xyz" },
    ];
    const failed = [...row, { field: "error", value: "NotFoundError" }];
    return { status: left.shift(), results: [row, failed] };
  };
  const deps: AskLogsDeps = { logs: { send } as AskLogsDeps["logs"], clock: () => NOW, pollMs: 0 };
  return { deps, started };
}

const QUESTION = { query: "one-run", stack: "millrace-dev", id: "run-1", hours: 2 };

describe("askLogs", () => {
  it("asks the stack's log groups for the id, over the last hours, and waits for the answer", async () => {
    const { deps, started } = setUp();

    const rows = await askLogs(deps, QUESTION);

    // a field that a line does not have is a column all the same
    expect(rows).toEqual([
      { function: "train", error: "" },
      { function: "train", error: "NotFoundError" },
    ]);
    expect(started).toEqual([
      {
        queryString: expect.stringContaining('filter runId = "run-1"'),
        logGroupNames: ["group-of-one-run"],
        startTime: NOW / 1000 - 7_200,
        endTime: NOW / 1000,
      },
    ]);
  });

  it("needs no id for a query about all", async () => {
    const { deps } = setUp();

    expect(await askLogs(deps, { ...QUESTION, query: "failed-runs", id: undefined })).toHaveLength(
      2,
    );
  });

  it.each([
    ["a query that there is not", { query: "one-ran" }, /there are slowest-predictions, /],
    ["a query about one without its id", { id: undefined }, /needs --id, and got none/],
    ["an id that would end the text it is put into", { id: 'x" or 1 = "1' }, /needs --id, not x/],
    [
      "a stack that saved nothing",
      { stack: "millrace-prod" },
      /no saved query millrace-prod\/one-run/,
    ],
  ])("fails on %s", async (_name, change, message) => {
    const { deps, started } = setUp();

    await expect(askLogs(deps, { ...QUESTION, ...change })).rejects.toThrow(message);
    expect(started).toEqual([]);
  });

  it("fails when the query does", async () => {
    const { deps } = setUp(["Running", "Timeout"]);

    await expect(askLogs(deps, QUESTION)).rejects.toThrow(/ended as Timeout/);
  });
});
