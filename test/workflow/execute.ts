import { itemReader, type ReadItems } from "../../local/item-reader.ts";
import {
  type ExecutionEvent,
  type ExecutionFailedError,
  type InvokeFunction,
  localStateMachine,
  type RunTask,
  type StartExecution,
} from "../../local/state-machine.ts";
import { type AslMachine, nextOf } from "./asl-states.ts";
import type { MachineName } from "./deployment.ts";
import { askedForMap, type ItemsPlace } from "./distributed-map.ts";
import { askedForTask, type RunTaskInput } from "./fargate.ts";
import type { Fault } from "./faults.ts";
import type { Invoked, Workers } from "./invoker.ts";
import type { WorkflowWorld } from "./workflow-world.ts";

/** One attempt of a Task state. */
export interface Attempt extends Invoked {
  readonly state: string;
  /** The function's name, or "container". */
  readonly worker: string;
  readonly input: unknown;
  readonly fault: Fault | undefined;
}

export interface Executed {
  readonly status: "succeeded" | "failed";
  readonly output?: unknown;
  /** Every state that was entered, in order; in a Map once an item. */
  readonly entered: readonly string[];
  readonly events: readonly ExecutionEvent[];
  readonly attempts: readonly Attempt[];
}

/**
 * Runs a deployed state machine over the deployed functions.
 *
 * @param options.faults what befalls the next attempt of a state; asked once an attempt
 */
export async function execute(
  world: WorkflowWorld,
  machine: MachineName,
  input: object,
  options: {
    readonly name: string;
    readonly faults?: (state: string) => Fault | undefined;
    /** Done before the first attempt of a state. @default nothing */
    readonly before?: Readonly<Record<string, () => Promise<void>>>;
    /** State to begin with, as a redriven execution does. @default the machine's first */
    readonly from?: string;
  },
): Promise<Executed> {
  const { name, from, before = {}, faults = () => undefined } = options;
  const deployed = world.deployment.machines[machine];
  const attempts: Attempt[] = [];
  const events: ExecutionEvent[] = [];

  const asl = from === undefined ? deployed.asl : startingAt(deployed.asl, from);
  const perform = async (workers: Workers, of: Pick<Attempt, "state" | "worker" | "input">) => {
    if (!attempts.some(({ state }) => state === of.state)) await before[of.state]?.();
    const fault = faults(of.state);
    const invoked = await world.invoker.invoke(workers, of.input, fault);
    attempts.push({ ...invoked, ...of, fault });
    if (invoked.error) throw Object.assign(new Error(), invoked.error);
    return invoked.output;
  };
  const invoke: InvokeFunction = async (logicalId, taskInput, { state }) => {
    const fn = world.deployment.functions.find((other) => other.logicalId === logicalId);
    if (!fn) throw new Error(`${machine} invokes ${logicalId}, which the template has not`);
    const asked = { action: "lambda:InvokeFunction", resource: fn.arn };
    if (!world.mayDo(deployed, asked)) throw named("Lambda.AccessDeniedException");
    return perform(world.workersOf(fn), { state, worker: fn.name, input: taskInput });
  };
  const runTask: RunTask = async (parameters, { state }) => {
    const order = parameters as RunTaskInput;
    const task = world.deployment.tasks.find(({ family }) => family === order.TaskDefinition);
    if (!task) throw new Error(`${machine} runs ${order.TaskDefinition}, which is not deployed`);
    for (const asked of askedForTask(order, task)) {
      if (!world.mayDo(deployed, asked)) throw named("ECS.AccessDeniedException");
    }
    const [{ Environment }] = order.Overrides.ContainerOverrides;
    const given = Object.fromEntries(Environment.map(({ Name, Value }) => [Name, Value]));
    return perform(world.containersOf(task), { state, worker: "container", input: given });
  };
  const startExecution: StartExecution = async ({ StateMachineArn, Input }, { state }) => {
    const asked = { action: "states:StartExecution", resource: StateMachineArn };
    if (!world.mayDo(deployed, asked)) throw named("StepFunctions.AccessDeniedException");
    const fault = faults(state);
    const error = fault?.kind === "refused" ? { name: fault.error, message: "" } : undefined;
    const denied = fault?.kind === "denied" ? { name: "AccessDenied", message: "" } : undefined;
    const failed = error ?? denied;
    attempts.push({
      ...{
        state,
        worker: "state machine",
        input: Input,
        fault,
        writes: 0,
        isHit: failed !== undefined,
      },
      ...(failed ? { error: failed } : { output: {} }),
    });
    if (failed) throw Object.assign(new Error(), failed);
    return {};
  };
  const readItems: ReadItems = async (reader, parameters) => {
    for (const asked of askedForMap(deployed, parameters as ItemsPlace)) {
      if (!world.mayDo(deployed, asked)) throw named("States.ItemReaderFailed");
    }
    return itemReader(world.store)(reader, parameters);
  };
  const { run } = localStateMachine(asl, invoke, { runTask, readItems, startExecution });
  const result = await run(input, {
    name,
    retryDelayMs: 0,
    waitMs: 0,
    onEvent(event) {
      events.push(event);
      for (const data of [event.input, event.output]) {
        note(world.sizes, `${machine}/${event.state}`, data);
      }
    },
  }).then(
    (output) => ({ status: "succeeded" as const, output }),
    (_error: ExecutionFailedError) => ({ status: "failed" as const }),
  );
  const entered = events.filter(({ type }) => type === "entered").map(({ state }) => state);
  return { ...result, entered, events, attempts };
}

/** A machine that begins at one of its states, without those that it cannot reach from there. */
function startingAt(asl: string, StartAt: string): string {
  const machine: AslMachine = JSON.parse(asl);
  const reached = new Set([StartAt]);
  for (const name of reached) {
    for (const next of nextOf(machine.States[name])) reached.add(next);
  }
  const States = Object.entries(machine.States).filter(([name]) => reached.has(name));
  return JSON.stringify({ ...machine, StartAt, States: Object.fromEntries(States) });
}

function note(sizes: Map<string, number>, state: string, data: unknown): void {
  if (data === undefined) return;
  sizes.set(state, Math.max(sizes.get(state) ?? 0, Buffer.byteLength(JSON.stringify(data))));
}

const named = (name: string) => Object.assign(new Error(name), { name });
