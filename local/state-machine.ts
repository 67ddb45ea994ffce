import { StateMachine } from "aws-local-stepfunctions";
import { fillPlaceholders, placeholdersOf } from "../core/asl/placeholders.ts";
import {
  type DistributedMap,
  mapAlone,
  readingState,
  ToleratedFailureError,
  takeDistributedMaps,
} from "./distributed-map.ts";
import type { ReadItems } from "./item-reader.ts";

export interface InvokeOptions {
  readonly timeoutMs: number;
  /** That asks for it. */
  readonly state: string;
}

/** Runs one function, as Step Functions invokes a Lambda function. */
export type InvokeFunction = (
  functionName: string,
  input: unknown,
  options: InvokeOptions,
) => Promise<unknown>;

/** What an execution tells while it runs. `index` is the place in a Map. */
export interface ExecutionEvent {
  readonly type: "entered" | "exited" | "failed" | "retried" | "caught";
  readonly state: string;
  /** `Task`, `Map`, `Choice`… */
  readonly stateType: string;
  readonly index?: number;
  readonly at: number;
  /** The state's own, before any path of it is applied. */
  readonly input: unknown;
  /** What it hands on; absent until it is over. */
  readonly output?: unknown;
}

export interface ExecutionOptions {
  /** The execution's name, which the state machine reads as `$$.Execution.Name`. */
  readonly name: string;
  readonly onEvent?: (event: ExecutionEvent) => void;
  /** Milliseconds to wait before every retry, in place of what the definition says. */
  readonly retryDelayMs?: number;
  /** Milliseconds that every Wait state waits, in place of what the definition says. */
  readonly waitMs?: number;
  /** Ends the execution as failed, wherever it is. */
  readonly signal?: AbortSignal;
}

/** Runs a container to its end, as Step Functions does by `ecs:runTask.sync`. */
export type RunTask = (parameters: unknown, options: InvokeOptions) => Promise<unknown>;

/** Starts another state machine and does not wait for it, as Step Functions does by `states:startExecution`. */
export type StartExecution = (
  order: {
    readonly StateMachineArn: string;
    readonly Input: Readonly<Record<string, unknown>>;
  },
  options: InvokeOptions,
) => Promise<unknown>;

/** What a state machine reaches besides functions. */
export interface LocalServices {
  /** @default - fails: there are no other state machines */
  readonly startExecution?: StartExecution;
  /** @default - fails: there are no containers */
  readonly runTask?: RunTask;
  /** Reads the items of Distributed Maps. @default - fails */
  readonly readItems?: ReadItems;
  /** Children of a Distributed Map at a time, whatever the Map allows. @default 40 */
  readonly maxChildren?: number;
}

/** Thrown when an execution ends in a Fail state or with an error that nothing caught. */
export class ExecutionFailedError extends Error {
  override readonly name = "ExecutionFailedError";
}

interface AslState {
  readonly Type: string;
  readonly Resource?: string;
  readonly TimeoutSeconds?: number;
  readonly ItemProcessor?: { readonly States: Readonly<Record<string, AslState>> };
  readonly Branches?: readonly { readonly States: Readonly<Record<string, AslState>> }[];
}

/** Texts that were found valid: to find that takes a tenth of a second each time. */
const validated = new Set<string>();

/**
 * A state machine of `state-machines/`, run on this machine exactly as it is written.
 *
 * @param asl text of the `.asl.json` file; the placeholder `${StartRunArn}` is the function `start-run`
 */
export function localStateMachine(
  asl: string,
  invoke: InvokeFunction,
  services: LocalServices = {},
) {
  const { runTask = noContainers, startExecution = noMachines } = services;
  const values = Object.fromEntries(
    placeholdersOf(asl).map((name) => [name, placeholderValue(name)]),
  );
  const definition = JSON.parse(fillPlaceholders(asl, values));
  const { states, maps } = takeDistributedMaps(definition.States);
  const machine = new StateMachine(
    { ...definition, States: states },
    { validationOptions: { noValidate: validated.has(asl) } },
  );
  validated.add(asl);
  const tasks = tasksOf(definition.States);
  const invokers = Object.entries(tasks).map(([state, task]) => [
    state,
    (input: unknown) => perform(task, input, { invoke, runTask, startExecution }),
  ]);

  return {
    /** @throws {ExecutionFailedError} */
    async run(
      input: object,
      { name, onEvent, retryDelayMs, waitMs, signal }: ExecutionOptions,
    ): Promise<unknown> {
      const retries = Object.keys(tasks).map((state) => [state, retryDelayMs]);
      const options = {
        taskResourceLocalHandlers: Object.fromEntries(invokers),
        ...(retryDelayMs !== undefined && { retryIntervalOverrides: Object.fromEntries(retries) }),
        ...(waitMs !== undefined && { waitTimeOverrides: waitsOf(definition.States, waitMs) }),
      };
      const context = { Execution: { Name: name } };
      const children = onEvent && onlyItems(onEvent);
      const mappers = Object.entries(maps).map(([state, map]) => [
        state,
        (mapInput: unknown) =>
          runMap({ state, map, input: mapInput }, { options, context, services, children }),
      ]);
      const handlers = { ...options.taskResourceLocalHandlers, ...Object.fromEntries(mappers) };
      const execution = machine.run(input as never, {
        overrides: { ...options, taskResourceLocalHandlers: handlers },
        context,
      });
      const told = tell(execution.eventLogs, onEvent);
      const abort = () => execution.abort();
      signal?.addEventListener("abort", abort);
      try {
        return await execution.result;
      } catch (error) {
        throw new ExecutionFailedError((error as Error).message, { cause: error });
      } finally {
        signal?.removeEventListener("abort", abort);
        await told;
      }
    },
  };
}

/** Of a state machine's own Wait states; none stands inside a Map. */
const waitsOf = (states: Readonly<Record<string, AslState>>, ms: number) =>
  Object.fromEntries(
    Object.entries(states).flatMap(([name, { Type }]) => (Type === "Wait" ? [[name, ms]] : [])),
  );

/** Runs one Distributed Map: a machine of its own, as on AWS, whose children are told of like a Map's items. */
async function runMap(
  { state, map, input }: { state: string; map: DistributedMap; input: unknown },
  run: {
    readonly options: { readonly taskResourceLocalHandlers: object };
    readonly context: object;
    readonly services: LocalServices;
    readonly children: ExecutionOptions["onEvent"];
  },
): Promise<unknown> {
  const { readItems = noItems, maxChildren = 40 } = run.services;
  const { ItemReader } = map;
  const reading = async (parameters: unknown) => ItemReader && readItems(ItemReader, parameters);
  const machine = new StateMachine(mapAlone(state, map, { input, atMost: maxChildren }) as never);
  const execution = machine.run(input as never, {
    overrides: {
      ...run.options,
      taskResourceLocalHandlers: {
        ...run.options.taskResourceLocalHandlers,
        [readingState(state)]: reading,
      } as never,
    },
    context: run.context as never,
  });
  const told = tell(execution.eventLogs, run.children);
  try {
    return await execution.result;
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    if (cause instanceof Error && cause.name === "States.ItemReaderFailed") throw cause;
    throw new ToleratedFailureError(`a child of ${state} failed: ${String(cause)}`, { cause });
  } finally {
    await told;
  }
}

/** The Map itself is told of by the machine that it is a state of. */
const onlyItems =
  (onEvent: NonNullable<ExecutionOptions["onEvent"]>) =>
  (event: ExecutionEvent): void => {
    if (event.index !== undefined) onEvent(event);
  };

/** `StartRunArn` is a function's; every other placeholder stands for its own name. */
const placeholderValue = (placeholder: string) =>
  placeholder.endsWith("Arn")
    ? `arn:aws:lambda:us-east-1:000000000000:function:${functionNameOf(placeholder)}`
    : placeholder;

/** `StartRunArn` -> `start-run` */
function functionNameOf(placeholder: string): string {
  return placeholder
    .replace(/Arn$/, "")
    .replace(/(?<=[a-z])[A-Z]/g, "-$&")
    .toLowerCase();
}

interface LocalTask {
  readonly state: string;
  readonly resource: string;
  readonly timeoutMs: number;
}

/** Does what a Task state's resource says: a function, one named by the input, a container, or a start. */
async function perform(
  { resource, ...options }: LocalTask,
  input: unknown,
  {
    invoke,
    runTask,
    startExecution,
  }: {
    readonly invoke: InvokeFunction;
    readonly runTask: RunTask;
    readonly startExecution: StartExecution;
  },
): Promise<unknown> {
  if (resource.endsWith(":states:::ecs:runTask.sync")) return runTask(input, options);
  if (resource.endsWith(":states:::states:startExecution")) {
    return startExecution(input as Parameters<StartExecution>[0], options);
  }
  if (!resource.endsWith(":states:::lambda:invoke")) {
    return invoke(lastPart(resource), input, options).catch(asLambdaError);
  }
  const { FunctionName, Payload } = input as { FunctionName: string; Payload: unknown };
  const payload = await invoke(lastPart(FunctionName), Payload, options).catch(asLambdaError);
  return { Payload: payload, StatusCode: 200 };
}

/** `arn:aws:lambda:…:function:train` -> `train` */
const lastPart = (arn: string) => arn.split(":").at(-1) ?? "";

const noItems: ReadItems = async () => {
  throw new Error("this state machine has a Distributed Map, and nothing was given to read items");
};

const noMachines: StartExecution = async () => {
  throw new Error("nothing was given to start other state machines with");
};

const noContainers: RunTask = async () => {
  throw new Error("there are no containers on this machine: training runs in functions here");
};

function tasksOf(states: Readonly<Record<string, AslState>>): Readonly<Record<string, LocalTask>> {
  const found: Record<string, LocalTask> = {};
  for (const [name, state] of Object.entries(states)) {
    if (state.Type === "Task") {
      found[name] = {
        state: name,
        resource: state.Resource ?? "",
        timeoutMs: (state.TimeoutSeconds ?? 900) * 1000,
      };
    }
    const inner = [state.ItemProcessor, ...(state.Branches ?? [])];
    for (const machine of inner) if (machine) Object.assign(found, tasksOf(machine.States));
  }
  return found;
}

/** Lambda gives Step Functions the error's name, and the error as JSON text in `Cause`. */
function asLambdaError(error: Error): never {
  const { name: errorType, message: errorMessage, stack = "" } = error;
  const trace = stack.split("\n");
  const shown = new Error(JSON.stringify({ errorType, errorMessage, trace }), { cause: error });
  shown.name = error.name;
  throw shown;
}

const EVENT_TYPES: Readonly<Record<string, ExecutionEvent["type"]>> = {
  StateEntered: "entered",
  StateExited: "exited",
  StateFailed: "failed",
  StateRetried: "retried",
  StateCaught: "caught",
};

interface LoggedEvent {
  readonly type: string;
  readonly timestamp: number;
  readonly state?: {
    readonly name: string;
    readonly type: string;
    readonly input: unknown;
    readonly output?: unknown;
  };
  readonly index?: number;
}

async function tell(
  events: AsyncIterable<unknown>,
  onEvent: ExecutionOptions["onEvent"],
): Promise<void> {
  for await (const event of events as AsyncIterable<LoggedEvent>) {
    const type = EVENT_TYPES[event.type];
    if (type === undefined || event.state === undefined) continue;
    onEvent?.({
      type,
      state: event.state.name,
      stateType: event.state.type,
      at: event.timestamp,
      input: event.state.input,
      ...(event.state.output === undefined ? {} : { output: event.state.output }),
      ...(event.index === undefined ? {} : { index: event.index }),
    });
  }
}
