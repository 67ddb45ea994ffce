import { beforeAll, describe, expect, it } from "vitest";
import { MACHINES, tasksOf } from "../asl-states.ts";
import type { MachineName } from "../deployment.ts";
import type { Executed } from "../execute.ts";
import { faultsOf, type RetryPlan, retryPlans } from "../retry-plans.ts";
import type { WorkflowWorld } from "../workflow-world.ts";
import { deniedAt, monitor, predictBatch, putFile, rollOut, train } from "./train.ts";

/** An execution that meets everything that its states retry, and how it has to end all the same. */
interface Route {
  readonly machine: MachineName;
  readonly ends: Executed["status"];
  readonly go: (world: WorkflowWorld, name: string, plan: RetryPlan) => Promise<Executed>;
}

const onTheWay = (plan: RetryPlan, denied: string) => {
  const faults = faultsOf(plan);
  return (state: string) => deniedAt(denied)(state) ?? faults(state);
};

/** States that a run without a failure and in plain functions does not go through. */
const AFTER_FAILURE = ["RecordFailure", "NotifyFailure"];
/** States that tell of data that breaks its rules. */
const WARNED_DATA = ["NotifyDataQuality"];
const UNUSABLE_DATA = ["RecordBrokenData", "NotifyBrokenData"];
const MAPS_AND_CONTAINERS = ["PlanSources", "StageSource", "TrainOnFargate", "CollectCandidate"];

/** A canary that nobody asks. */
const TAKEN_BACK = { steps: [1], minutes: 0.0001, minPredictions: 1 };

const ROLLOUT = ["StartRollout"];

const only = (plan: RetryPlan, states: readonly string[]): RetryPlan =>
  new Map([...plan].filter(([state]) => states.includes(state)));

/** Ways that lead through every Task state between them. */
const ROUTES: Readonly<Record<string, Route>> = {
  success: {
    machine: "training",
    ends: "succeeded",
    go: (world, name, plan) => train(world, "retried", name, faultsOf(plan)),
  },
  failure: {
    machine: "training",
    ends: "failed",
    go: (world, name, plan) =>
      train(world, "retried", name, onTheWay(only(plan, AFTER_FAILURE), "Prepare")),
  },
  "maps and containers": {
    machine: "training",
    ends: "succeeded",
    go: (world, name, plan) =>
      train(world, "in-containers", name, faultsOf(only(plan, MAPS_AND_CONTAINERS))),
  },
  "warned data": {
    machine: "training",
    ends: "succeeded",
    go: (world, name, plan) => train(world, "warned", name, faultsOf(only(plan, WARNED_DATA))),
  },
  "unusable data": {
    machine: "training",
    ends: "failed",
    go: (world, name, plan) => train(world, "unusable", name, faultsOf(only(plan, UNUSABLE_DATA))),
  },
  "rollout after a run": {
    machine: "training",
    ends: "succeeded",
    go: (world, name, plan) => train(world, "stepwise", name, faultsOf(only(plan, ROLLOUT))),
  },
  drift: {
    machine: "monitoring",
    ends: "succeeded",
    go: (world, name, plan) => monitor(world, "flights", name, faultsOf(plan)),
  },
  "failed check": {
    machine: "monitoring",
    ends: "failed",
    go: (world, name, plan) =>
      monitor(world, "flights", name, onTheWay(only(plan, AFTER_FAILURE), "CheckDrift")),
  },
  batch: {
    machine: "batch-prediction",
    ends: "succeeded",
    go: async (world, name, plan) => {
      await putFile(world, "flights", name);
      return predictBatch(world, "flights", name, { faults: faultsOf(plan) });
    },
  },
  rollout: {
    machine: "rollout",
    ends: "succeeded",
    go: (world, name, plan) =>
      rollOut(world, "rolled-out", 2, name, { ...TAKEN_BACK, faults: faultsOf(plan) }),
  },
  "rollout of the champion": {
    machine: "rollout",
    ends: "succeeded",
    go: (world, name, plan) =>
      rollOut(world, "rolled-out", 1, name, {
        ...TAKEN_BACK,
        faults: faultsOf(only(plan, ["NotifyPromoted"])),
      }),
  },
  "failed rollout": {
    machine: "rollout",
    ends: "failed",
    go: (world, name, plan) =>
      rollOut(world, "rolled-out", 2, name, {
        ...TAKEN_BACK,
        faults: onTheWay(only(plan, ["RollBack", "NotifyFailure"]), "Start"),
      }),
  },
  "failed batch": {
    machine: "batch-prediction",
    ends: "failed",
    go: (world, name, plan) =>
      predictBatch(world, "flights", name, {
        faults: onTheWay(only(plan, AFTER_FAILURE), "StartBatch"),
      }),
  },
};

/** Each Retry of every machine, every error of it in every state that has it. */
export function retryStories(world: () => WorkflowWorld): void {
  describe("what a state retries", () => {
    const executed: { readonly machine: MachineName; readonly run: Executed }[] = [];

    beforeAll(async () => {
      for (const [name, { machine, go }] of Object.entries(ROUTES)) {
        for (const [round, plan] of retryPlans(machine).entries()) {
          executed.push({
            machine,
            run: await go(world(), `${name.replaceAll(" ", "-")}-${round}`, plan),
          });
        }
      }
    }, 180_000);

    it("does not change how an execution ends", () => {
      const wanted = Object.values(ROUTES).flatMap(({ machine, ends }) =>
        retryPlans(machine).map(() => ends),
      );
      expect(executed.map(({ run }) => run.status)).toEqual(wanted);
    });

    const cases = MACHINES.flatMap((machine) =>
      tasksOf(machine).flatMap(([state, { Retry = [] }]) =>
        Retry.flatMap(({ ErrorEquals }) => ErrorEquals).map(
          (error) => [machine, state, error] as const,
        ),
      ),
    );
    it.each(cases)("%s: %s goes on after %s", (machine, state, error) => {
      const tries = executed
        .filter((other) => other.machine === machine)
        .map(({ run }) => run.attempts.filter((attempt) => attempt.state === state))
        .filter((attempts) => attempts.some((attempt) => attempt.error?.name === error));

      expect(tries.length, "it came about").toBeGreaterThan(0);
      for (const attempts of tries) {
        const failed = attempts.filter((attempt) => attempt.error?.name === error);
        expect(failed.every(({ isHit }) => isHit)).toBe(true);
        expect(attempts.at(-1)?.error, "and was over").toBeUndefined();
      }
    });
  });
}
