import { type Executed, execute } from "../execute.ts";
import type { Fault } from "../faults.ts";
import type { WorkflowWorld } from "../workflow-world.ts";

/** Trains a model by the deployed state machine. The name of the execution is the run's id. */
export const train = (
  world: WorkflowWorld,
  model: string,
  name: string,
  faults?: (state: string) => Fault | undefined,
): Promise<Executed> => {
  const input = { model, reason: "a test", requestedBy: "me" };
  return execute(world, "training", input, { name, ...(faults && { faults }) });
};

/** Compares what was predicted up to now with the champion's baseline. */
export const monitor = (
  world: WorkflowWorld,
  model: string,
  name: string,
  faults?: (state: string) => Fault | undefined,
): Promise<Executed> =>
  execute(world, "monitoring", { model }, { name, ...(faults && { faults }) });

/** Every attempt of a state is refused for good by what it calls. */
export const deniedAt =
  (...states: readonly string[]) =>
  (state: string): Fault | undefined =>
    states.includes(state) ? { kind: "denied" } : undefined;
