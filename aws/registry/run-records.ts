import { ConflictError, NotFoundError } from "../../core/errors.ts";
import type { RunRecord } from "../../core/registry/records.ts";
import type { Registry } from "../../core/registry/registry.ts";
import { itemKeys, keysBelow } from "./keys.ts";
import {
  eventChange,
  nowText,
  type RegistryContext,
  recordOf,
  untilWritten,
} from "./registry-context.ts";

type RunRecords = Pick<Registry, "startRun" | "endRun" | "run" | "runs">;

export function runRecords(context: RegistryContext): RunRecords {
  const { items } = context;

  const run = async (model: string, runId: string) => {
    const item = await items.get(itemKeys.run(model, runId));
    if (!item) throw new NotFoundError(`there is no run ${runId} of model ${model}`);
    return recordOf<RunRecord>(item);
  };

  return {
    run,

    startRun: ({ model, runId, reason, requestedBy, definitionDigest }) =>
      untilWritten(async () => {
        const there = await items.get(itemKeys.run(model, runId));
        if (there) return runningOnly(recordOf<RunRecord>(there));
        const meta = await items.get(itemKeys.meta(model));
        if (!meta)
          throw new NotFoundError(`there is no model ${model}; deploy its definition first`);

        const startedAt = nowText(context);
        const status = "running" as const;
        const record = { model, runId, status, reason, requestedBy, definitionDigest, startedAt };
        const done = await items.write([
          { put: { ...itemKeys.run(model, runId), ...record }, onlyIfNew: true },
          eventChange(context, {
            model,
            at: startedAt,
            kind: "run-started",
            by: requestedBy,
            why: reason,
            subject: `run ${runId}`,
            to: status,
          }),
        ]);
        return done ? record : undefined;
      }),

    endRun: (model, runId, { status, datasetDigest, durations, error }, change) =>
      untilWritten(async () => {
        const before = await run(model, runId);
        if (before.status === status) return before;
        if (before.status !== "running") {
          throw new ConflictError(
            `run ${runId} of model ${model} ended as ${before.status}; it cannot end as ${status}`,
          );
        }

        const endedAt = nowText(context);
        const ending = {
          status,
          endedAt,
          ...(datasetDigest !== undefined && { datasetDigest }),
          ...(durations && { durations }),
          ...(error && { error }),
        };
        const done = await items.write([
          { update: itemKeys.run(model, runId), set: ending, condition: { status: "running" } },
          eventChange(context, {
            model,
            at: endedAt,
            kind: "run-ended",
            ...change,
            subject: `run ${runId}`,
            from: "running",
            to: status,
          }),
        ]);
        return done ? { ...before, ...ending } : undefined;
      }),

    async runs(model) {
      const found = await items.list(keysBelow(itemKeys.meta(model), "RUN#"));
      return found.map((item) => recordOf<RunRecord>(item)).sort(newestFirst);
    },
  };
}

function runningOnly(run: RunRecord): RunRecord {
  if (run.status === "running") return run;
  throw new ConflictError(
    `run ${run.runId} of model ${run.model} ended as ${run.status}; start a run of another id`,
  );
}

const newestFirst = (a: RunRecord, b: RunRecord) =>
  a.startedAt === b.startedAt ? b.runId.localeCompare(a.runId) : a.startedAt < b.startedAt ? 1 : -1;
