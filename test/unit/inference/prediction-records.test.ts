import { describe, expect, it } from "vitest";
import { servingSchema } from "../../../core/definition/serving-schema.ts";
import {
  isSampled,
  type Logged,
  predictionRecords,
} from "../../../core/inference/prediction-records.ts";

/** @param log as the definition says it */
function logged(log: object, rows = 1): Logged {
  const definition = { serving: servingSchema.parse({ log }) };
  const version = { model: "flight-delay", version: 3, aggregates: [], definition };
  return {
    predicted: {
      ...{ version, route: "shadow", id: "p", fallbacks: [] },
      scores: { scores: new Float64Array(rows).fill(0.5) },
    },
    rows: Array.from({ length: rows }, () => ({})),
    columns: {
      email: Array.from({ length: rows }, () => "a@b.example"),
      distance: new Float64Array(rows).fill(7),
    },
    ids: { requestId: "r", traceId: undefined, caller: "shop" },
    ...{ time: "2026-11-24T00:00:00.000Z", latencyMs: 1 },
  } as unknown as Logged;
}

describe("records of predictions", () => {
  it("hold who asked and, where nothing is said of the log, every value", () => {
    const [record] = predictionRecords(logged({}));
    expect(record).toMatchObject({
      ...{ caller: "shop", route: "shadow" },
      features: { email: "a@b.example", distance: 7 },
    });
    expect(record).not.toHaveProperty("sampleRate");
  });

  it("leave out the values of what is redacted, a shadow's too", () => {
    const [record] = predictionRecords(logged({ redact: ["email"] }));
    expect(record?.features).toEqual({ email: null, distance: 7 });
    expect(JSON.stringify(record)).not.toContain("a@b.example");
  });

  it("are a share of the predictions, told by their ids, each with its share", () => {
    const kept = predictionRecords(logged({ sample: 0.25 }, 4_000));
    expect(kept.length).toBeGreaterThan(900);
    expect(kept.length).toBeLessThan(1_100);
    expect(kept.every(({ sampleRate }) => sampleRate === 0.25)).toBe(true);
    expect(predictionRecords(logged({ sample: 0.25 }, 4_000))).toEqual(kept);
  });

  it("of a smaller share are among those of a larger one", () => {
    const ids = Array.from({ length: 200 }, (_, i) => `p-${i}`);
    const few = ids.filter((id) => isSampled(id, 0.1));
    expect(few.length).toBeGreaterThan(0);
    expect(few.every((id) => isSampled(id, 0.5) && isSampled(id, 1))).toBe(true);
  });
});
