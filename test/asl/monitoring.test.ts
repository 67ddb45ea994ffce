import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { UnavailableError } from "../../core/errors.ts";
import { checkDriftInput } from "../../core/run/messages.ts";
import { ExecutionFailedError, localStateMachine } from "../../local/state-machine.ts";

const asl = await readFile(resolve("state-machines/monitoring.asl.json"), "utf8");

const ORDER = { model: "m", until: "2001-06-01T00:00:00Z" };

async function monitor(checkDrift: (attempt: number) => unknown, order: object = ORDER) {
  const alerts: Record<string, unknown>[] = [];
  const inputs: unknown[] = [];
  const machine = localStateMachine(asl, async (name, input) => {
    if (name === "notify") alerts.push(input as Record<string, unknown>);
    if (name !== "check-drift") return {};
    inputs.push(input);
    return checkDrift(inputs.length);
  });
  const result = await machine.run(order, { name: "e1", retryDelayMs: 0 }).then(
    () => "succeeded",
    (error) => error,
  );
  return { result, alerts, inputs };
}

const drift = {
  version: 3,
  predictions: 500,
  drifted: ["origin"],
  reportKey: "reports/m/drift/x.json",
};

describe("monitoring.asl.json", () => {
  it("says nothing while all is stable", async () => {
    const { result, alerts, inputs } = await monitor(() => ({ ...drift, verdict: "stable" }));

    expect(result).toBe("succeeded");
    expect(alerts).toEqual([]);
    expect(inputs).toEqual([
      {
        execution: { name: "e1", startedAt: expect.stringMatching(/^\d{4}-.*Z$/) },
        input: { model: "m", until: "2001-06-01T00:00:00Z" },
      },
    ]);
  });

  it("asks a second time with the very same words, whose window has an end of its own", async () => {
    const { result, inputs } = await monitor(
      (attempt) => {
        if (attempt === 1) throw new UnavailableError("busy");
        return { ...drift, verdict: "stable" };
      },
      { model: "shop" },
    );

    expect(result).toBe("succeeded");
    expect(inputs).toHaveLength(2);
    expect(inputs[1]).toEqual(inputs[0]);
    expect(checkDriftInput.parse(inputs[0]).input).toEqual({ model: "shop" });
  });

  it("says what drifted, with the report", async () => {
    const { alerts } = await monitor(() => ({ ...drift, verdict: "drifted" }));

    expect(alerts).toMatchObject([
      { severity: "warning", subject: "m: live data has drifted", reportKey: drift.reportKey },
    ]);
    expect(alerts[0]?.detail).toBe('["origin"] of version 3 moved over 500 predictions');
  });

  it("is loud when the check itself fails", async () => {
    const { result, alerts } = await monitor(() => {
      throw new TypeError("broken");
    });

    expect(result).toBeInstanceOf(ExecutionFailedError);
    expect(alerts).toMatchObject([{ severity: "critical", subject: "m: monitoring failed" }]);
  });
});
