import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { StoredDefinition } from "../../../core/definition/model-definition.ts";
import type { MachineName, StartInput } from "../../../local/executions.ts";
import { startSchedules } from "../../../local/schedules.ts";

const shop = {
  name: "shop",
  schedules: {
    monitoring: "30 * * * *",
    batch: { cron: "0 6 * * *", prefix: "sources/shop/new/" },
  },
} as unknown as StoredDefinition;

beforeEach(() => vi.useFakeTimers({ now: Date.parse("2026-01-01T05:10:00Z") }));
afterEach(() => vi.useRealTimers());

describe("startSchedules", () => {
  it("starts what is due, a batch under the name of the time that it was due", async () => {
    const started: (readonly [MachineName, StartInput])[] = [];
    const { scheduled, stop } = startSchedules([shop], (...start) => started.push(start));
    const order = { model: "shop", reason: "schedule", requestedBy: "schedule" };

    await vi.advanceTimersByTimeAsync(60 * 60_000);
    stop();
    await vi.advanceTimersByTimeAsync(86_400_000);

    expect(scheduled.map(({ machine }) => machine)).toEqual(["monitoring", "batch-prediction"]);
    expect(started).toEqual([
      ["monitoring", order],
      [
        "batch-prediction",
        { ...order, input: "scheduled-2026-01-01T06:00:00Z", prefix: "sources/shop/new/" },
      ],
    ]);
  });
});
