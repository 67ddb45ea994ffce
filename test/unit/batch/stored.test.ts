import { describe, expect, it } from "vitest";
import { z } from "zod";
import { batchReport, type PredictedFile } from "../../../core/batch/stored.ts";
import { storedIfAny } from "../../../core/batch/stored-if-any.ts";
import { IntegrityError } from "../../../core/errors.ts";
import { memoryObjects } from "../../fixtures/memory-object-store.ts";

const ORDER = {
  model: "shop",
  name: "june",
  version: 3,
  startedAt: "2026-06-01T00:00:00.000Z",
  reason: "month",
  requestedBy: "ada",
};
const file = (name: string, endedAt: string, scored: number): PredictedFile => ({
  file: name,
  sizeBytes: 10,
  version: 3,
  rows: scored + 1,
  scored,
  rejected: 1,
  endedAt,
  durationMs: 100,
});

describe("the report of a batch", () => {
  it("adds its files up and ends with the last of them, whatever their order", () => {
    const late = file("a", "2026-06-01T00:00:09.000Z", 5);
    const early = file("b", "2026-06-01T00:00:02.000Z", 7);
    const expected = {
      ...ORDER,
      files: 2,
      rows: 14,
      scored: 12,
      rejected: 2,
      endedAt: late.endedAt,
      durationMs: 200,
    };

    expect(batchReport(ORDER, [late, early])).toEqual(expected);
    expect(batchReport(ORDER, [early, late])).toEqual(expected);
  });
});

describe("storedIfAny", () => {
  const schema = z.object({ version: z.int() });

  it("is what was stored, or nothing where nothing is", async () => {
    const store = memoryObjects();
    await store.put("there", '{"version":3}');

    expect(await storedIfAny(store, "there", schema)).toEqual({ version: 3 });
    expect(await storedIfAny(store, "elsewhere", schema)).toBeUndefined();
  });

  it("does not take a damaged file, or a store that fails, for a missing one", async () => {
    const store = memoryObjects();
    await store.put("damaged", '{"version":"three"}');
    const broken = {
      get: async () => {
        throw new RangeError("disk");
      },
    };

    await expect(storedIfAny(store, "damaged", schema)).rejects.toThrow(IntegrityError);
    await expect(storedIfAny(broken, "any", schema)).rejects.toThrow(RangeError);
  });
});
