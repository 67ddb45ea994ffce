import { StateMachine } from "aws-local-stepfunctions";
import { fillPlaceholders, placeholdersOf } from "../core/asl/placeholders.ts";

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
}

/** Runs a container to its end, as Step Functions does by `ecs:runTask.sync`. */
export type RunTask = (parameters: unknown, options: InvokeOptions) => Promise<unknown>;

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

/**
 * A state machine of `state-machines/`, run on this machine exactly as it is written.
 *
 * @param asl text of the `.asl.json` file; the placeholder `${StartRunArn}` is the function `start-run`
 */
export function localStateMachine(
  asl: string,
  invoke: InvokeFunction,
  runTask: RunTask = noContainers,
) {
  const arns = Object.fromEntries(
    placeholdersOf(asl).map((name) => [
      name,
      `arn:aws:lambda:us-east-1:000000000000:function:${functionNameOf(name)}`,
    ]),
  );
  const definition = JSON.parse(fillPlaceholders(asl, arns));
  const machine = new StateMachine(definition);
  const tasks = tasksOf(definition.States);

  return {
    /** @throws {ExecutionFailedError} */
    async run(input: object, { name, onEvent, retryDelayMs }: ExecutionOptions): Promise<unknown> {
      const handlers = Object.entries(tasks).map(([state, task]) => [
        state,
        (taskInput: unknown) => perform(task, taskInput, { invoke, runTask }),
      ]);
      const execution = machine.run(input as never, {
        overrides: {
          taskResourceLocalHandlers: Object.fromEntries(handlers),
          ...(retryDelayMs === undefined
            ? {}
            : {
                retryIntervalOverrides: Object.fromEntries(
                  Object.keys(tasks).map((state) => [state, retryDelayMs]),
                ),
              }),
        },
        context: { Execution: { Name: name } },
      });
      const told = tell(execution.eventLogs, onEvent);
      try {
        return await execution.result;
      } catch (error) {
        throw new ExecutionFailedError((error as Error).message, { cause: error });
      } finally {
        await told;
      }
    },
  };
}

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

/** Does what a Task state's resource says: a function, one named by the input, or a container. */
async function perform(
  { resource, ...options }: LocalTask,
  input: unknown,
  { invoke, runTask }: { readonly invoke: InvokeFunction; readonly runTask: RunTask },
): Promise<unknown> {
  if (resource.endsWith(":states:::ecs:runTask.sync")) return runTask(input, options);
  if (!resource.endsWith(":states:::lambda:invoke")) {
    return invoke(lastPart(resource), input, options).catch(asLambdaError);
  }
  const { FunctionName, Payload } = input as { FunctionName: string; Payload: unknown };
  const payload = await invoke(lastPart(FunctionName), Payload, options).catch(asLambdaError);
  return { Payload: payload, StatusCode: 200 };
}

/** `arn:aws:lambda:…:function:train` -> `train` */
const lastPart = (arn: string) => arn.split(":").at(-1) ?? "";

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
  const shown = new Error(JSON.stringify({ errorType: error.name, errorMessage: error.message }), {
    cause: error,
  });
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
  readonly state?: { readonly name: string; readonly input: unknown; readonly output?: unknown };
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
      at: event.timestamp,
      input: event.state.input,
      ...(event.state.output === undefined ? {} : { output: event.state.output }),
      ...(event.index === undefined ? {} : { index: event.index }),
    });
  }
}
