import { setTimeout as sleep } from "node:timers/promises";
import type { Execution, StateProgress } from "../local/executions.ts";
import { type Client, RefusedError } from "./client.ts";

interface RunAnswer {
  readonly execution: Execution | null;
}

/**
 * Waits for a training run and writes a line for every state that ends.
 *
 * @returns the execution as it ended
 * @throws {RefusedError} if the platform ends meanwhile
 */
export async function followRun(
  client: Client,
  model: string,
  runId: string,
  write: (line: string) => void,
): Promise<Execution> {
  const path = `/api/models/${encodeURIComponent(model)}/runs/${runId}`;
  const told = new Set<number>();
  for (;;) {
    const { execution } = (await client.call("GET", path)) as RunAnswer;
    if (execution === null) {
      throw new RefusedError(
        `the platform was started anew during run ${runId}; see millrace runs ${model}`,
      );
    }
    newProgressLines(execution.states, told).forEach(write);
    if (execution.status !== "running") return execution;
    await sleep(250);
  }
}

/**
 * Waits for any execution and writes a line for every state that ends.
 *
 * @returns the execution as it ended
 * @throws {RefusedError} if the platform was started anew meanwhile, and knows it no more
 */
export async function followExecution(
  client: Client,
  name: string,
  write: (line: string) => void,
): Promise<Execution> {
  const told = new Set<number>();
  for (;;) {
    const execution = (await client.call("GET", `/api/executions/${name}`)) as Execution;
    newProgressLines(execution.states, told).forEach(write);
    if (execution.status !== "running") return execution;
    await sleep(250);
  }
}

/**
 * A line for each state that ended since the last call.
 *
 * @param told places of the states that were told already; grows
 */
export function newProgressLines(
  states: readonly StateProgress[],
  told: Set<number>,
): readonly string[] {
  return states.flatMap((state, i) => {
    if (state.endedAt === undefined || told.has(i)) return [];
    told.add(i);
    return [progressLine(state)];
  });
}

/** `✓ TrainCandidate #0  12.3 s`, for people. */
function progressLine({ state, index, status, startedAt, endedAt }: StateProgress): string {
  const name = index === undefined ? state : `${state} #${index}`;
  const seconds = (((endedAt ?? startedAt) - startedAt) / 1000).toFixed(1);
  return `  ${status === "failed" ? "✗" : "✓"} ${name.padEnd(20)} ${seconds.padStart(7)} s`;
}
