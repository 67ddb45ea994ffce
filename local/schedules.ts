import { Cron } from "croner";
import type { StoredDefinition } from "../core/definition/model-definition.ts";
import type { MachineName, StartInput } from "./executions.ts";

/** What a schedule starts. */
export interface ScheduledStart {
  readonly machine: MachineName;
  readonly model: string;
  /** When it is due for the first time. */
  readonly next: Date | null;
}

/** Schedules of the definitions, kept by this process: EventBridge Scheduler of the local platform. */
export function startSchedules(
  definitions: readonly StoredDefinition[],
  start: (machine: MachineName, input: StartInput) => void,
): { readonly scheduled: readonly ScheduledStart[]; readonly stop: () => void } {
  const jobs = definitions.flatMap(({ name: model, schedules }) => {
    const { training, monitoring, batch } = schedules;
    const order = { model, reason: "schedule", requestedBy: "schedule" };
    const starts = [
      { machine: "training", pattern: training, inputAt: () => order },
      { machine: "monitoring", pattern: monitoring, inputAt: () => order },
      {
        machine: "batch-prediction",
        pattern: batch?.cron,
        inputAt: (at: Date) => ({
          ...order,
          input: `scheduled-${at.toISOString().slice(0, 19)}Z`,
          prefix: batch?.prefix,
        }),
      },
    ] as const;
    return starts.flatMap(({ machine, pattern, inputAt }) => {
      if (pattern === undefined) return [];
      const job = new Cron(pattern, { timezone: "UTC", mode: "5-part" }, (self: Cron) =>
        start(machine, inputAt(self.currentRun() ?? new Date())),
      );
      return [{ machine, model, job }];
    });
  });
  return {
    scheduled: jobs.map(({ machine, model, job }) => ({ machine, model, next: job.nextRun() })),
    stop: () => {
      for (const { job } of jobs) job.stop();
    },
  };
}
