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

const FILE = `date,distance,origin,destination
2001-06-03T17:10:00Z,1745,ORD,LAX
2001-06-04T05:30:00Z,310,JFK,BOS
noon,1,ORD,LAX
`;

/** Puts a file of three rows, of which one is broken, into a batch of this name. */
export const putFile = (
  { store }: WorkflowWorld,
  model: string,
  batch: string,
  { file = "a.csv", text = FILE }: { readonly file?: string; readonly text?: string } = {},
) => store.put(`batches/${model}/${batch}/input/${file}`, text);

/** Predicts the batch of the execution's own name, or another one. */
export const predictBatch = (
  world: WorkflowWorld,
  model: string,
  name: string,
  options: {
    readonly batch?: string;
    readonly prefix?: string;
    readonly faults?: (state: string) => Fault | undefined;
  } = {},
): Promise<Executed> => {
  const { batch: input = name, prefix, faults } = options;
  const order = { model, input, ...(prefix && { prefix }), reason: "a test", requestedBy: "me" };
  return execute(world, "batch-prediction", order, { name, ...(faults && { faults }) });
};

/**
 * Lets a version take over.
 *
 * @param options.beforeCheck done before the first check of the canary
 */
export const rollOut = (
  world: WorkflowWorld,
  model: string,
  version: number,
  name: string,
  options: {
    readonly steps: readonly number[];
    readonly minutes: number;
    readonly minPredictions: number;
    readonly beforeCheck?: () => Promise<void>;
    readonly faults?: (state: string) => Fault | undefined;
  },
): Promise<Executed> => {
  const { beforeCheck, faults, ...plan } = options;
  const order = { model, version, by: "me", why: "a test", ...plan };
  return execute(world, "rollout", order, {
    name,
    ...(faults && { faults }),
    ...(beforeCheck && { before: { Advance: beforeCheck } }),
  });
};

/** Every attempt of a state is refused for good by what it calls. */
export const deniedAt =
  (...states: readonly string[]) =>
  (state: string): Fault | undefined =>
    states.includes(state) ? { kind: "denied" } : undefined;
