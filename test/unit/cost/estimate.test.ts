import { describe, expect, it } from "vitest";
import { estimateCost } from "../../../core/cost/estimate-cost.ts";
import { parseMeasurements } from "../../../core/cost/measurements.ts";
import { driftCheckUses, driftMetricUses } from "../../../core/cost/monitoring-cost.ts";
import { priceTable } from "../../../core/cost/price-table.ts";
import { idleUses, storageUses } from "../../../core/cost/storage-cost.ts";
import { InvalidInputError } from "../../../core/errors.ts";
import { measured } from "./measured.ts";

const OPTIONS = { region: "us-east-1", predictions: 1_000_000 };
const estimate = (
  changes: Parameters<typeof measured>[0] = {},
  options: Partial<Parameters<typeof estimateCost>[2]> = {},
) => estimateCost(measured(changes), priceTable(), { ...OPTIONS, ...options });
const section = (found: ReturnType<typeof estimate>, id: string) => {
  const one = found.sections.find((known) => known.id === id);
  if (one === undefined) throw new Error(`no section ${id}`);
  return one;
};

describe("driftCheckUses", () => {
  it("counts compute, states, files of the window and what it writes", () => {
    const uses = driftCheckUses(measured(), 73_000);

    expect(Object.fromEntries(uses.map(({ item, quantity }) => [item, quantity]))).toEqual({
      "check-drift: compute": 2,
      "check-drift: ephemeral storage": 1.5,
      "Lambda requests": 1,
      "Step Functions": 3,
      // 100 files an hour
      "files of the log read": 2_400,
      "log listed, report written": 25,
      "registry changes": 2,
      trace: 1,
    });
  });

  it("puts nothing in the place of what was not measured", () => {
    const unknown = driftCheckUses(measured({ check: null }), null).filter(
      ({ quantity }) => quantity === null,
    );

    expect(unknown.map(({ item }) => item)).toEqual([
      "check-drift: compute",
      "check-drift: ephemeral storage",
      "files of the log read",
    ]);
  });
});

describe("driftMetricUses", () => {
  it("has a metric for each input and three more, in the hours that have a check", () => {
    expect(driftMetricUses(measured(), 730)[0]?.quantity).toBe(8);
    expect(driftMetricUses(measured(), 1_460)[0]?.quantity).toBe(8);
    expect(driftMetricUses(measured(), 73)[0]?.quantity).toBeCloseTo(0.8, 10);
    expect(driftMetricUses(measured(), 0)).toEqual([]);
  });

  it("has one more where predicted classes are watched", () => {
    const { definition, ...rest } = measured();
    const classes = { ...rest, definition: { ...definition, watchesClasses: true } };

    expect(driftMetricUses(classes, 730)[0]).toMatchObject({
      quantity: 9,
      how: "(5 inputs + 4) × 100% of the hours",
    });
  });
});

describe("storageUses", () => {
  it("counts gigabytes of objects and of the registry, which is kept twice", () => {
    const uses = storageUses(measured());

    expect(uses.map(({ item, price, quantity }) => [item, price, quantity])).toEqual([
      ["sources/", "s3UsdPerGbMonth", 1],
      ["datasets/", "s3UsdPerGbMonth", 0.5],
      ["runs/", "s3UsdPerGbMonth", 1_000 / 2 ** 30],
      ["models/", "s3UsdPerGbMonth", 1_000 / 2 ** 30],
      ["registry", "dynamodbUsdPerGbMonth", 1],
      ["registry: recovery to any point in time", "dynamodbRecoveryUsdPerGbMonth", 1],
    ]);
  });
});

describe("idleUses", () => {
  it("counts alarms, dashboard and the queue that is asked for nothing", () => {
    const uses = idleUses(measured());

    expect(uses.map(({ item, quantity }) => [item, quantity])).toEqual([
      ["alarms", 11],
      ["dashboard", 1],
      ["prediction queue", 657_000],
    ]);
  });

  it("counts a key of one's own", () => {
    expect(idleUses(measured({ platform: { kmsKeys: 1 } }))).toContainEqual(
      expect.objectContaining({ item: "key", quantity: 1 }),
    );
  });
});

describe("estimateCost", () => {
  it("sums a run that is computed by hand", () => {
    const { usd, isComplete } = section(estimate(), "run");

    const gbSeconds = 2.9375 * 53 + 0.5;
    const ephemeral = 3.5 * 8 + 1.5 * 45;
    const byHand =
      gbSeconds * 0.0000166667 +
      ephemeral * 0.0000000309 +
      10 * 0.0000002 +
      19 * 0.000025 +
      11 * 0.000005 +
      20 * 0.000000625 +
      0.000005 +
      0.0000005;
    expect(usd).toBeCloseTo(byHand, 12);
    expect(isComplete).toBe(true);
  });

  it("multiplies runs with their schedule, each start billed", () => {
    const found = estimate({ definition: { schedules: { training: "0 */6 * * *" } } });

    // four a day, 365.25 / 12 days
    const times = (4 * 365.25) / 12;
    expect(section(found, "training").title).toContain("121.75 a month");
    expect(section(found, "training").usd).toBeCloseTo(
      times * (section(found, "run").usd + 0.000001),
      10,
    );
  });

  it("costs nothing to train and monitor without a schedule", () => {
    const found = estimate({ definition: { schedules: {} } });

    expect(section(found, "training")).toMatchObject({ usd: 0, lines: [], isComplete: true });
    expect(section(found, "training").title).toBe("training a month: no schedule");
    expect(section(found, "monitoring")).toMatchObject({ usd: 0, lines: [] });
  });

  it("reads no files of a log that is empty, and does not know those of one that was not measured", () => {
    const filesRead = (found: ReturnType<typeof estimate>) =>
      section(found, "monitoring").lines.find(({ item }) => item === "files of the log read");

    expect(filesRead(estimate({}, { predictions: 0 }))?.quantity).toBe(0);
    expect(filesRead(estimate({ serving: { queuedBytes: null } }))?.quantity).toBeNull();
  });

  it("sums the month: what is scheduled, asked for, kept and always there", () => {
    const found = estimate();

    const parts = ["training", "monitoring", "serving", "storage", "idle"];
    const sum = parts.reduce((all, id) => all + section(found, id).usd, 0);
    expect(found.month.usd).toBeCloseTo(sum, 10);
    expect(found.month.isComplete).toBe(true);
  });

  it("takes off what is free, from the month only", () => {
    const free = estimate({}, { takesOffFree: true });
    const paid = estimate();

    expect(section(free, "serving").usd).toBe(section(paid, "serving").usd);
    expect(free.month.usd).toBeLessThan(paid.month.usd);
    // of 11 alarms ten are free, of 12 metrics ten, and the dashboard
    const off = 10 * 0.1 + 10 * 0.3 + 3;
    expect(paid.month.usd - free.month.usd).toBeGreaterThan(off);
  });

  it("says that a sum lacks what has no price", () => {
    const { month, sections } = estimate({}, { region: "eu-central-1" });

    expect(month.isComplete).toBe(false);
    const unpriced = sections.flatMap(({ lines }) => lines).filter(({ usd }) => usd === null);
    expect(new Set(unpriced.map(({ price }) => price))).toEqual(
      new Set(["lambdaEphemeralUsdPerGbSecond", "snsUsdPerPublish"]),
    );
  });

  it("takes the duration of a write of the log as it is told", () => {
    const slow = section(estimate({}, { logWriteMs: 300 }), "serving").usd;

    // 100 ms more, 219,000 times, 1 GB
    const more = 219_000 * 0.1 * 0.0000166667;
    expect(slow - section(estimate(), "serving").usd).toBeCloseTo(more, 8);
  });

  it("takes a request's duration as it is told", () => {
    const slow = section(estimate({}, { requestMs: 100 }), "serving").usd;

    // 98 ms more than the 2 that are billed
    const more = 1_000_000 * 0.098 * (1_769 / 1_024) * 0.0000166667;
    expect(slow - section(estimate(), "serving").usd).toBeCloseTo(more, 8);
    expect(section(estimate({}, { requestMs: 100 }), "batches").usd).toBe(
      section(estimate(), "batches").usd,
    );
  });
});

describe("parseMeasurements", () => {
  it("fails on what is none, naming the place", () => {
    expect(() => parseMeasurements({ ...measured(), run: { runId: "r" } })).toThrow(
      /measurements are wrong: run\./,
    );
    expect(() => parseMeasurements(undefined)).toThrow(InvalidInputError);
    expect(() => parseMeasurements(7)).toThrow(/\(root\)/);
  });
});
