import { z } from "zod";
import { executionName, modelName } from "../run/message-names.ts";
import { planChanges, rolloutPlan } from "./rollout-plan.ts";

/** What the states of `rollout.asl.json` pass to each other, and what changes a deployment. */
const model = modelName;
const version = z.int().positive();
const by = z.string().min(1).max(200);
const why = z.string().min(1).max(500);

export const startRolloutInput = z.object({
  /** The execution that asks: of a retry it is the same. */
  execution: z.object({ name: executionName }),
  /** What the execution was started with. */
  input: z.object({ model, version, by, why, ...planChanges.shape }),
});
export interface StartRolloutOutput {
  /** promoted: there was no champion to be compared with, or it is champion already. */
  readonly status: "started" | "promoted";
  readonly plan: z.output<typeof rolloutPlan>;
  /** Until the next check. */
  readonly waitSeconds: number;
  readonly why: string;
}

export const advanceRolloutInput = z.object({
  model,
  version,
  runId: executionName,
  plan: rolloutPlan,
});
export interface AdvanceRolloutOutput extends Pick<StartRolloutOutput, "plan" | "waitSeconds"> {
  /** ended: somebody else took the canary away. */
  readonly status: "waiting" | "advanced" | "promoted" | "rolled-back" | "ended";
  readonly why: string;
}

export const rollbackInput = z.object({
  model,
  by,
  why,
  /** Only the canary of this execution is taken back. @default any canary, or else the champion */
  runId: executionName.optional(),
});
export interface RollbackOutput {
  /** nothing: the canary that was to be taken back is gone. */
  readonly rolledBack: "canary" | "champion" | "nothing";
  /** Version that was taken back; null for nothing. */
  readonly from: number | null;
  /** Champion from now on. */
  readonly to: number | null;
}

const share = z.number().gt(0).max(1);
export const routeInput = z.object({
  model,
  by,
  why,
  challengers: z.array(z.object({ version, share })).max(20).default([]),
  shadows: z.array(version).max(20).default([]),
  /** Of the deployment that whoever asks has seen. Not checked if absent. */
  revision: z.int().min(0).optional(),
});
