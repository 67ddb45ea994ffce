import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { ExecutionFailedError, localStateMachine } from "../../local/state-machine.ts";

const asl = await readFile(resolve("state-machines/monitoring.asl.json"), "utf8");

async function monitor(checkDrift: () => unknown) {
  const alerts: Record<string, unknown>[] = [];
  const inputs: unknown[] = [];
  const machine = localStateMachine(asl, async (name, input) => {
    if (name === "notify") alerts.push(input as Record<string, unknown>);
    if (name !== "check-drift") return {};
    inputs.push(input);
    return checkDrift();
  });
  const result = await machine
    .run({ model: "m", until: "2001-06-01T00:00:00Z" }, { name: "e1", retryDelayMs: 0 })
    .then(
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
    expect(inputs).toEqual([{ model: "m", until: "2001-06-01T00:00:00Z" }]);
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
