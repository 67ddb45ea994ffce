import { z } from "zod";

const count = z.int().min(0);
const version = z.int().positive();

/** `batch.json`: what was asked for, by whoever started the batch first. */
export const batchOrderSchema = z.strictObject({
  model: z.string(),
  name: z.string(),
  /** Of the model: every row of the batch is answered by it. */
  version,
  /** Where its files lie. Absent: in its own `input/`. */
  prefix: z.string().optional(),
  /** ISO 8601 */
  startedAt: z.string(),
  reason: z.string(),
  requestedBy: z.string(),
});
export type BatchOrder = z.output<typeof batchOrderSchema>;

/** Of one file that is done. */
export const predictedFileSchema = z.strictObject({
  file: z.string(),
  /** Of the input. */
  sizeBytes: count,
  /** Of the input's bytes, by which another file in its place is noticed. Absent in reports of earlier times. */
  etag: z.string().optional(),
  version,
  /** Scored and rejected. */
  rows: count,
  scored: count,
  rejected: count,
  /** ISO 8601 */
  endedAt: z.string(),
  durationMs: count,
});
export type PredictedFile = z.output<typeof predictedFileSchema>;

/** A file that one execution could not use: a finding, which fails the execution by its name at the end. */
export const uselessFileSchema = z.strictObject({
  file: z.string(),
  error: z.object({ name: z.string().min(1), message: z.string() }),
});
export type UselessFile = z.output<typeof uselessFileSchema>;

/** `report.json`: the whole batch, made of its files' reports alone, so that it can be made again. */
export const batchReportSchema = batchOrderSchema.extend({
  files: count,
  rows: count,
  scored: count,
  rejected: count,
  /** When the last file was done, ISO 8601. */
  endedAt: z.string(),
  /** All files' together; they are worked on beside each other. */
  durationMs: count,
});
export type BatchReport = z.output<typeof batchReportSchema>;

/** @param files at least one */
export function batchReport(order: BatchOrder, files: readonly PredictedFile[]): BatchReport {
  const sum = (of: (file: PredictedFile) => number) => files.reduce((all, f) => all + of(f), 0);
  return {
    ...order,
    files: files.length,
    rows: sum(({ rows }) => rows),
    scored: sum(({ scored }) => scored),
    rejected: sum(({ rejected }) => rejected),
    endedAt: files.reduce((last, { endedAt }) => (endedAt > last ? endedAt : last), ""),
    durationMs: sum(({ durationMs }) => durationMs),
  };
}
