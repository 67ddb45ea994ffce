import type { RunRecord } from "../registry/records.ts";

type Run = Pick<RunRecord, "runId" | "status" | "startedAt">;

/**
 * How long a run can be under way: `TimeoutSeconds` of `training.asl.json`. One whose record still says
 * so after that was ended from outside, and nothing should wait for it.
 */
export const LONGEST_RUN_MS = 86_400_000;

/** Times of S3's events are cut to the second. Source: "EventBridge event message structure", Amazon S3 user guide. */
const TIME_RESOLUTION_MS = 1_000;

/** What becomes of new data: a run has read it, it waits for the end of a run, or a run starts. */
export type NewDataStep =
  | { readonly step: "read" | "wait"; readonly runId: string }
  | {
      readonly step: "start";
      /** The last run there was. */
      readonly after: string | undefined;
    };

/**
 * What to do about a file that came.
 *
 * A run lists its source after it has begun, so one that began after the file came has read it, however
 * often and in whatever order that is told. One under way that began before may have listed already.
 *
 * @param runs all of the model, newest first
 * @param at when the newest file came, ISO 8601
 * @param nowMs now, in ms since 1970
 */
export function judgeNewData(runs: readonly Run[], at: string, nowMs: number): NewDataStep {
  const readFromMs = Date.parse(at) + TIME_RESOLUTION_MS;
  const reader = runs.find(({ startedAt }) => Date.parse(startedAt) >= readFromMs);
  if (reader) return { step: "read", runId: reader.runId };
  const busy = runs.find(
    ({ status, startedAt }) =>
      status === "running" && nowMs - Date.parse(startedAt) < LONGEST_RUN_MS,
  );
  if (busy) return { step: "wait", runId: busy.runId };
  return { step: "start", after: runs[0]?.runId };
}
