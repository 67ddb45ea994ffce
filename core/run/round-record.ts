import { z } from "zod";
import { METRIC_NAMES } from "../definition/metrics.ts";
import type { Metrics } from "../registry/records.ts";
import { parseStored } from "../stored-json.ts";

/** One training of a run: what was tried, and what came of it. */
export interface ExperimentRecord {
  readonly index: number;
  readonly name: string;
  readonly family: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Share of the training rows that it saw. */
  readonly rowShare: number;
  /** On the validation split: the selection's metric. */
  readonly metrics: Metrics;
  readonly durationMs: number;
  /** null where a price is not known. */
  readonly costUsd: number | null;
  /** Whether it went on to the next round, or saw all rows. */
  readonly kept: boolean;
}

/** `runs/<model>/<run>/rounds/<n>.json`: every training of one round. */
export interface RoundRecord {
  readonly round: number;
  readonly candidates: readonly ExperimentRecord[];
}

/** A stored record. */
export const roundRecordSchema: z.ZodType<RoundRecord> = z.object({
  round: z.int().min(0),
  candidates: z.array(
    z.object({
      index: z.int().min(0),
      name: z.string(),
      family: z.string(),
      parameters: z.record(z.string(), z.unknown()),
      rowShare: z.number(),
      metrics: z.partialRecord(z.enum(METRIC_NAMES), z.number()),
      durationMs: z.number().min(0),
      costUsd: z.number().nullable(),
      kept: z.boolean(),
    }),
  ),
});

/**
 * A stored record of a round, checked.
 *
 * @throws {IntegrityError} if it is none; names the first thing wrong.
 */
export function parseRoundRecord(bytes: Uint8Array): RoundRecord {
  return parseStored(roundRecordSchema, bytes, "record of a round");
}
