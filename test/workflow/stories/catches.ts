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
};

/** Task states that do the work of one that is no task. */
const TASK_OF: Readonly<Record<string, string>> = {
  Train: "TrainCandidate",
  StageSources: "StageSource",
  PredictFiles: "PredictFile",
};

/** What a record says where it is not the error of the task itself. */
const NAMED: Readonly<Record<string, string>> = {
  NotifyBrokenData: "DataContractError",
  StageSources: "States.ExceedToleratedFailureThreshold",
};

/** Runs that have no record to be ended, or have succeeded before what failed. */
const RECORDED: Readonly<Record<string, string | undefined>> = {
  StartRun: undefined,
  RecordFailure: "running",
  RecordBrokenData: "running",
  NotifyDataQuality: "succeeded",
  Notify: "succeeded",
};

/** States whose refusal leaves nobody who could be told that the run failed. */
const UNSAID = ["Notify", "NotifyFailure", "NotifyBrokenData"];

/** Each Catch of every machine: what it calls refuses a state for good. */
export function catchStories(
  world: () => WorkflowWorld,
  models: Readonly<Record<"plain" | "mapped" | "stepwise" | "warned" | "unusable", string>>,
): void {
  const other: Readonly<Record<string, string>> = {
    StartRollout: models.stepwise,
    PlanSources: models.mapped,
    StageSources: models.mapped,
    NotifyDataQuality: models.warned,
    RecordBrokenData: models.unusable,
    NotifyBrokenData: models.unusable,
  };
  const modelOf = (state: string) => other[state] ?? models.plain;
  const caught = catching("training").filter(([, next]) => next !== "RecordBrokenData");

  describe("an error that no retry helps against", () => {
    it("in what data says is no refusal: whoever answers for it is told", async () => {
      const { status, entered } = await train(world(), models.unusable, "broken");

      expect(status).toBe("failed");
      expect(entered.slice(-4)).toEqual([
        ...["Prepare", "RecordBrokenData", "NotifyBrokenData", "Failed"],
      ]);
      const record = await world().registry.run(models.unusable, "broken");
      expect(record).toMatchObject({ status: "failed", error: { name: "DataContractError" } });
      const said = world().alerts().at(-1);
      expect(said?.subject).toContain("data of run broken cannot be used (owner: end-to-end)");
      expect(said?.message).toContain("short");
    });

    it("in a rule that warns keeps no run from its end, and is told", async () => {
      const before = world().alerts().length;
      const { status, entered } = await train(world(), models.warned, "warned");

      expect(status).toBe("succeeded");
      expect(entered).toContain("NotifyDataQuality");
      const [said] = world().alerts().slice(before);
      expect(said?.subject).toContain(
        "data of run warned breaks quality rules (owner: end-to-end)",
      );
      expect(said?.message).toContain("short");
    });

    it.each(caught)("in %s of training leads to %s", async (state, next) => {
      const runId = `denied-${state}`;
      const before = world().alerts().length;
      const denied = deniedAt(TASK_OF[state] ?? state, REACHED_BY[state] ?? "");
      const { status, entered, attempts } = await train(world(), modelOf(state), runId, denied);

      const after = entered.slice(entered.lastIndexOf(state) + 1);
      const inMap = state in TASK_OF ? /^(Train|StageSource$)/ : /^$/;
      expect(after.filter((name) => !inMap.test(name))[0]).toBe(next);
      expect(status).toBe(RECORDED[state] === "succeeded" ? "succeeded" : "failed");
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
      const isSaid = !UNSAID.includes(state);
      expect(said).toHaveLength(isSaid ? 1 : 0);
      if (!isSaid) return;
      if (state === "NotifyDataQuality") {
        expect(said[0]?.subject).toMatch(/^\[info\] \S+: version \d+ is champion$/);
        return;
      }
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
