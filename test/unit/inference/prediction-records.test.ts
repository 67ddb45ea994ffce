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

  it("leave out what is redacted today, whatever the version's own definition says", () => {
    const features = (log: object) => predictionRecords(logged(log), ["email"])[0]?.features;
    expect(features({})).toEqual({ email: null, distance: 7 });
    expect(features({ redact: ["distance"] })).toEqual({ email: null, distance: null });
  });

  it("are of a share of the requests, with all rows or none, each with its share", () => {
    const counts = Array.from({ length: 400 }, (_, i) => {
      const { ids, ...rest } = logged({ sample: 0.25 }, 3);
      const records = predictionRecords({ ...rest, ids: { ...ids, requestId: `r${i}` } });
      expect(records.every(({ sampleRate }) => sampleRate === 0.25)).toBe(true);
      return records.length;
    });
    expect(new Set(counts)).toEqual(new Set([0, 3]));
    const kept = counts.filter((count) => count > 0).length;
    expect(kept).toBeGreaterThan(70);
    expect(kept).toBeLessThan(130);
  });

  it("of a smaller share are among those of a larger one", () => {
    const ids = Array.from({ length: 200 }, (_, i) => `p-${i}`);
    const few = ids.filter((id) => isSampled(id, 0.1));
    expect(few.length).toBeGreaterThan(0);
    expect(few.every((id) => isSampled(id, 0.5) && isSampled(id, 1))).toBe(true);
  });
});
