import { readFile } from "node:fs/promises";
import { ConflictError, NotFoundError } from "../core/errors.ts";
import type { Clock } from "../core/ports/clock.ts";
import { failureError } from "../core/run/failure-error.ts";
import {
  type ExecutionEvent,
  type ExecutionFailedError,
  type InvokeFunction,
  type LocalServices,
  localStateMachine,
} from "./state-machine.ts";

export type MachineName = "training" | "monitoring" | "batch-prediction" | "rollout";

/** One state of an execution, and how long it took. */
export interface StateProgress {
  readonly state: string;
  /** Which item of a Map it works on. */
  readonly index?: number;
  readonly status: "running" | "done" | "failed";
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly retries: number;
}

export interface Execution {
  readonly machine: MachineName;
  readonly model: string;
  readonly name: string;
  readonly status: "running" | "succeeded" | "failed";
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly states: readonly StateProgress[];
  readonly output?: unknown;
  readonly error?: string;
}

export interface ExecutionsDeps {
  readonly invoke: InvokeFunction;
  /** @default - see each of its fields */
  readonly services?: LocalServices;
  readonly clock: Clock;
  readonly newName: () => string;
  readonly log: (line: object) => void;
  /** Told at every step of any execution. */
  readonly onProgress?: (execution: Execution) => void;
}

/** What an execution begins with. */
export interface StartInput {
  readonly model: string;
  readonly [name: string]: unknown;
}

/** How many ended executions are remembered; the registry keeps runs for ever. */
const REMEMBERED = 200;

/** Starts state machines and remembers how they go: Step Functions of the local platform. */
export class Executions {
  readonly #deps: ExecutionsDeps;
  readonly #known = new Map<string, Execution>();
  readonly #ended = new Map<string, Promise<Execution>>();
  readonly #aborts = new Map<string, AbortController>();

  constructor(deps: ExecutionsDeps) {
    this.#deps = deps;
  }

  /**
   * Starts an execution and returns at once.
   *
   * @throws {ConflictError} if one of the same machine and model is under way
   */
  start(machine: MachineName, input: StartInput): Execution {
    const busy = this.running().find(
      (other) => other.machine === machine && other.model === input.model,
    );
    if (busy) {
      throw new ConflictError(
        `${machine} of ${input.model} is under way as ${busy.name}; wait for its end`,
      );
    }
    return this.#begin(machine, input);
  }

  #begin(machine: MachineName, input: StartInput): Execution {
    const execution: Execution = {
      machine,
      model: input.model,
      name: this.#deps.newName(),
      status: "running",
      startedAt: this.#deps.clock(),
      states: [],
    };
    this.#update(execution);
    this.#aborts.set(execution.name, new AbortController());
    this.#ended.set(execution.name, this.#run(execution, input));
    return execution;
  }

  /** Resolves when the execution is over, however it ended. @throws {NotFoundError} */
  ended(name: string): Promise<Execution> {
    const ended = this.#ended.get(name);
    if (!ended) throw new NotFoundError(`no execution ${name} since the platform was started`);
    return ended;
  }

  find(name: string): Execution | undefined {
    return this.#known.get(name);
  }

  running(): readonly Execution[] {
    return [...this.#known.values()].filter(({ status }) => status === "running");
  }

  /** The newest that succeeded, of those that are remembered. */
  lastSucceeded(machine: MachineName, model: string): Execution | undefined {
    return [...this.#known.values()].findLast(
      (other) => other.machine === machine && other.model === model && other.status === "succeeded",
    );
  }

  /** Ends those of a machine as failed, wherever they are: nobody waits for a rollout of an hour. */
  abort(machine: MachineName): void {
    for (const other of this.running()) {
      if (other.machine === machine) this.#aborts.get(other.name)?.abort();
    }
  }

  async #run(execution: Execution, input: object): Promise<Execution> {
    const { machine, name } = execution;
    const ended = await this.#outcome(machine, name, input);
    this.#aborts.delete(name);
    const last = { ...(this.#known.get(name) ?? execution), ...ended, endedAt: this.#deps.clock() };
    this.#update(last);
    this.#deps.log({
      level: last.status === "failed" ? "error" : "info",
      execution: name,
      ...ended,
    });
    this.#forgetOld();
    return last;
  }

  async #outcome(
    machine: MachineName,
    name: string,
    input: object,
  ): Promise<Pick<Execution, "status" | "output" | "error">> {
    try {
      const file = new URL(`../state-machines/${machine}.asl.json`, import.meta.url);
      const { invoke, services } = this.#deps;
      const { run } = localStateMachine(await readFile(file, "utf8"), invoke, {
        ...services,
        // The one state machine that another starts; what it refuses is its own execution's failure.
        startExecution: async ({ Input }) => this.#begin("rollout", Input as StartInput),
      });
      const output = await run(input, {
        name,
        onEvent: (event) => this.#onEvent(name, event),
        ...signalOf(this.#aborts.get(name)),
      });
      return { status: "succeeded", output };
    } catch (error) {
      return { status: "failed", error: readable((error as ExecutionFailedError).message) };
    }
  }

  #onEvent(name: string, event: ExecutionEvent): void {
    if (!WORKING_TYPES.has(event.stateType)) return;
    const execution = this.#known.get(name);
    if (execution) this.#update({ ...execution, states: progressAfter(execution.states, event) });
  }

  #update(execution: Execution): void {
    this.#known.set(execution.name, execution);
    this.#deps.onProgress?.(execution);
  }

  #forgetOld(): void {
    const over = [...this.#known.values()].filter(({ status }) => status !== "running");
    for (const { name } of over.slice(0, Math.max(0, over.length - REMEMBERED))) {
      this.#known.delete(name);
      this.#ended.delete(name);
    }
  }
}

const signalOf = (abort: AbortController | undefined) => (abort ? { signal: abort.signal } : {});

/** A Fail state that passes on a function's error has it as JSON text; here it is `name: message`. */
function readable(message: string): string {
  const { name, message: told } = failureError({
    Error: "",
    Cause: message.replace(/^[^{]*(?=\{"errorType")/, ""),
  });
  return name === "" ? message : `${name}: ${told}`;
}

/** Types of states that do work; others choose a way or give it a name, in no time. */
const WORKING_TYPES: ReadonlySet<string> = new Set(["Task", "Map", "Parallel", "Wait"]);

/** The states after one more event. */
export function progressAfter(
  states: readonly StateProgress[],
  { type, state, index, at }: Pick<ExecutionEvent, "type" | "state" | "index" | "at">,
): readonly StateProgress[] {
  if (type === "entered") {
    const entered = { state, status: "running", startedAt: at, retries: 0 } as const;
    return [...states, index === undefined ? entered : { ...entered, index }];
  }
  return states.map((known) => {
    if (known.state !== state || known.index !== index || known.endedAt !== undefined) return known;
    if (type === "exited") return { ...known, status: "done", endedAt: at };
    if (type === "caught") return { ...known, status: "failed", endedAt: at };
    return type === "retried" ? { ...known, retries: known.retries + 1 } : known;
  });
}
