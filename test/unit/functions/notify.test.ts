import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../../core/errors.ts";
import type { Alert } from "../../../core/ports/alerts.ts";
import { makeHandler } from "../../../functions/notify/handler.ts";

const ALERT = { severity: "warning", model: "m", subject: "moved", detail: "by much" };

function setUp() {
  const sent: Alert[] = [];
  const notify = makeHandler({
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

  it("fails on a severity that is none, and sends nothing", async () => {
    const { notify, sent } = setUp();

    await expect(notify({ ...ALERT, severity: "loud" })).rejects.toThrow(InvalidInputError);
    expect(sent).toEqual([]);
  });
});
