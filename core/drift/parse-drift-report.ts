import { z } from "zod";
import { parseStored } from "../stored-json.ts";
import type { DriftReport } from "./drift-report.ts";

const count = z.int().min(0);

const schema: z.ZodType<DriftReport> = z.object({
  model: z.string(),
  version: z.int().positive().nullable(),
  createdAt: z.iso.datetime(),
  window: z.object({ from: z.iso.datetime(), until: z.iso.datetime() }),
  verdict: z.enum(["stable", "drifted", "not-enough-data", "no-champion"]),
  predictions: count,
  minPredictions: count,
  maxPsi: z.number(),
  columns: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(["number", "category"]),
      psi: z.number(),
      chanceLimit: z.number(),
      hasDrifted: z.boolean(),
      bins: z.array(z.object({ bin: z.string(), baseline: count, window: count })),
    }),
  ),
});

/** A stored drift report, checked. @throws {IntegrityError} if it is none; names the first thing wrong. */
export const parseDriftReport = (bytes: Uint8Array): DriftReport =>
  parseStored(schema, bytes, "drift report");
