import { describe, expect, it } from "vitest";
import { InvalidInputError, NotFoundError } from "../../../core/errors.ts";
import type { Alert } from "../../../core/ports/alerts.ts";
import { makeHandler } from "../../../functions/notify/handler.ts";

const ALERT = { severity: "warning", model: "m", subject: "moved", detail: "by much" };

function setUp(reports: Readonly<Record<string, string>> = {}) {
  const sent: Alert[] = [];
  const notify = makeHandler({
    store: {
      async get(key) {
        const stored = reports[key];
        if (stored === undefined) throw new NotFoundError(`there is no ${key}`);
        return new TextEncoder().encode(stored);
      },
    },
    alerts: {
      async send(alert) {
        sent.push(alert);
      },
    },
    runbooks: "https://git.example.com/runbooks",
  });
  return { notify, sent };
}

describe("notify", () => {
  it("sends the alert", async () => {
    const { notify, sent } = setUp();

    await notify({ ...ALERT, reportKey: "reports/m/1.json" });
    await notify(ALERT);

    expect(sent).toEqual([{ ...ALERT, reportKey: "reports/m/1.json" }, ALERT]);
  });

  it("tells of a failed state by the error behind it", async () => {
    const { notify, sent } = setUp();
    const { detail: _detail, ...alert } = ALERT;
    const Cause = '{"errorType":"NotFoundError","errorMessage":"there is no shop.csv"}';

    await notify({ ...alert, failure: { Error: "NotFoundError", Cause } });
    await notify({ ...alert, failure: { Error: "States.Timeout" } });

    expect(sent.map(({ detail }) => detail)).toEqual([
      "NotFoundError: there is no shop.csv",
      "States.Timeout: ",
    ]);
  });

  it("names the run and its runbook, where it is asked to", async () => {
    const { notify, sent } = setUp();

    await notify({ ...ALERT, runId: "run-1", runbook: "failed-run" });

    expect(sent).toEqual([
      {
        ...ALERT,
        runId: "run-1",
        runbook: "https://git.example.com/runbooks/failed-run.md",
      },
    ]);
    await expect(notify({ ...ALERT, runbook: "../../etc" })).rejects.toThrow(InvalidInputError);
  });

  it("tells what a data-quality report says, and what it knows where there is none", async () => {
    const report = {
      ...{ format: 1, model: "m", runId: "run-1", owner: "ada", verdict: "failed" },
      rows: { read: 10, quarantined: 1 },
      findings: [
        {
          rule: "fresh",
          check: "freshness",
          action: "fail",
          verdict: "failed",
          value: 30,
          max: 24,
        },
        { rule: "ok", check: "sql", action: "warn", verdict: "passed", value: 0 },
      ],
      source: { columns: {}, changes: { added: ["b"], dropped: ["a"], retyped: [] } },
      worst: [{ broken: ["delay: above 5"], file: "a.csv", values: { delay: "9", origin: null } }],
    };
    const { notify, sent } = setUp({ "runs/m/run-1/quality.json": JSON.stringify(report) });
    const failure = { Error: "DataContractError" };

    await notify({ ...ALERT, qualityKey: "runs/m/run-1/quality.json" });
    const { detail: _detail, ...alert } = ALERT;
    await notify({ ...alert, failure, qualityKey: "runs/m/run-2/quality.json" });

    expect(sent[0]).toMatchObject({ reportKey: "runs/m/run-1/quality.json" });
    expect(sent.map(({ detail }) => detail)).toEqual([
      [
        "verdict: failed; owner: ada; run: run-1",
        "rows: 10 read, 1 quarantined",
        "rules:",
        "- fresh failed: 30; allowed is at most 24",
        "columns of the source:",
        "- b was added",
        "- a was dropped",
        "worst rows:",
        "- delay: above 5 (a.csv): delay=9 origin=(missing)",
      ].join("\n"),
      "DataContractError: ",
    ]);
  });

  it("fails on a severity that is none, and sends nothing", async () => {
    const { notify, sent } = setUp();

    await expect(notify({ ...ALERT, severity: "loud" })).rejects.toThrow(InvalidInputError);
    expect(sent).toEqual([]);
  });
});
