import { describe, expect, it } from "vitest";
import { type AslState, aslOf } from "../asl-states.ts";
import type { MachineName } from "../deployment.ts";
import type { WorkflowWorld } from "../workflow-world.ts";
import { deniedAt, monitor, predictBatch, putFile, train } from "./train.ts";

/** States of a machine that catch errors, and where each goes then. */
const catching = (machine: MachineName) =>
  Object.entries(aslOf(machine).States).flatMap(([name, { Catch = [] }]: [string, AslState]) =>
    Catch.map(({ Next }) => [name, Next] as const),
  );

/** What must fail first for a state to be reached at all. */
const REACHED_BY: Readonly<Record<string, string>> = {
  RecordFailure: "Prepare",
  NotifyFailure: "Prepare",
  RecordBrokenData: "Prepare",
  NotifyBrokenData: "Prepare",
};

/** Task states that do the work of one that is no task. */
const TASK_OF: Readonly<Record<string, string>> = {
  Train: "TrainCandidate",
  StageSources: "StageSource",
  PredictFiles: "PredictFile",
};

/** What a record says where it is not the error of the task itself. */
const NAMED: Readonly<Record<string, string>> = {
  StageSources: "States.ExceedToleratedFailureThreshold",
};

/** Runs that have no record to be ended, or have succeeded before what failed. */
const RECORDED: Readonly<Record<string, string | undefined>> = {
  StartRun: undefined,
  RecordFailure: "running",
  Notify: "succeeded",
};

/** Each Catch of every machine: what it calls refuses a state for good. */
export function catchStories(
  world: () => WorkflowWorld,
  models: { readonly plain: string; readonly mapped: string },
): void {
  const modelOf = (state: string) => (state === "StageSources" ? models.mapped : models.plain);

  describe("an error that no retry helps against", () => {
    it.each(catching("training"))("in %s of training leads to %s", async (state, next) => {
      const runId = `denied-${state}`;
      const before = world().alerts().length;
      const denied = deniedAt(TASK_OF[state] ?? state, REACHED_BY[state] ?? "");
      const { status, entered, attempts } = await train(world(), modelOf(state), runId, denied);

      const after = entered.slice(entered.lastIndexOf(state) + 1);
      expect(after.filter((name) => !/^(Train|StageSource$)/.test(name))[0]).toBe(next);
      expect(status).toBe(next === "Done" ? "succeeded" : "failed");
      const failed = attempts.filter(({ isHit }) => isHit);
      expect(failed.map(({ error }) => error?.name)).not.toContain(undefined);
      await checkRecord(state, runId);
      checkAlert(state, runId, before);
    });

    async function checkRecord(state: string, runId: string): Promise<void> {
      const record = await world()
        .registry.run(modelOf(state), runId)
        .catch(() => undefined);
      const status = state in RECORDED ? RECORDED[state] : "failed";
      expect(record?.status).toBe(status);
      if (status !== "failed") return;
      expect(record?.error?.name).toMatch(NAMED[state] ?? /^AccessDenied/);
    }

    function checkAlert(state: string, runId: string, before: number): void {
      const said = world().alerts().slice(before);
      const isSaid = state !== "Notify" && state !== "NotifyFailure";
      expect(said).toHaveLength(isSaid ? 1 : 0);
      if (!isSaid) return;
      expect(said[0]?.subject).toBe(`[critical] ${modelOf(state)}: training run ${runId} failed`);
      expect(said[0]?.message).toContain(NAMED[state] ?? "AccessDenied");
    }

    it.each(catching("monitoring"))("in %s of monitoring leads to %s", async (state, next) => {
      const reachedBy = state === "NotifyFailure" ? "CheckDrift" : "";
      const before = world().alerts().length;
      const { status, entered } = await monitor(
        world(),
        "flights",
        `denied-${state}`,
        deniedAt(state, reachedBy),
      );

      expect(entered[entered.lastIndexOf(state) + 1]).toBe(next);
      expect(status).toBe("failed");
      const said = world().alerts().slice(before);
      if (state === "NotifyFailure") expect(said).toEqual([]);
      else expect(said[0]?.subject).toBe("[critical] flights: monitoring failed");
    });

    it.each(catching("batch-prediction"))("in %s of a batch leads to %s", async (state, next) => {
      const name = `denied-${state}`;
      await putFile(world(), "flights", name);
      const before = world().alerts().length;
      const reachedBy = state === "NotifyFailure" ? "StartBatch" : "";
      const faults = deniedAt(TASK_OF[state] ?? state, reachedBy);
      const { status, entered } = await predictBatch(world(), "flights", name, { faults });

      const after = entered.slice(entered.lastIndexOf(state) + 1);
      expect(after.filter((other) => other !== "PredictFile")[0]).toBe(next);
      expect(status).toBe(next === "Done" ? "succeeded" : "failed");
      const said = world().alerts().slice(before);
      const isSaid = state !== "Notify" && state !== "NotifyFailure";
      expect(said.map(({ subject }) => subject)).toEqual(
        isSaid ? [`[critical] flights: batch prediction ${name} failed`] : [],
      );
    });
  });
}
