import { Cron } from "croner";
import type { StoredDefinition } from "../core/definition/model-definition.ts";
import type { MachineName } from "./executions.ts";

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
  start: (machine: MachineName, model: string) => void,
): { readonly scheduled: readonly ScheduledStart[]; readonly stop: () => void } {
  const jobs = definitions.flatMap(({ name: model, schedules }) =>
    (["training", "monitoring"] as const).flatMap((machine) => {
      const pattern = schedules[machine];
      if (pattern === undefined) return [];
      const job = new Cron(pattern, { timezone: "UTC", mode: "5-part" }, () =>
        start(machine, model),
      );
      return [{ machine, model, job }];
    }),
  );
  return {
    scheduled: jobs.map(({ machine, model, job }) => ({ machine, model, next: job.nextRun() })),
    stop: () => {
      for (const { job } of jobs) job.stop();
    },
  };
}
