import { type AslState, tasksOf } from "./asl-states.ts";
import type { MachineName } from "./deployment.ts";
import { FAULT_BEHIND, type Fault } from "./faults.ts";

/** What befalls each state of one execution, in order; a state survives all of it. */
export type RetryPlan = ReadonlyMap<string, readonly string[]>;

/**
 * Plans in which every Task state of a machine meets every error that it retries, and never more of
 * them at a time than its `MaxAttempts` says it bears.
 */
export function retryPlans(machine: MachineName): readonly RetryPlan[] {
  const rounds = tasksOf(machine).map(([name, state]) => [name, roundsOf(state)] as const);
  const count = Math.max(...rounds.map(([, of]) => of.length));
  return Array.from(
    { length: count },
    (_, i) => new Map(rounds.map(([name, of]) => [name, of[i] ?? []])),
  );
}

/** What a state meets in each execution: of each retrier no more than it bears at once. */
export function roundsOf({ Retry = [] }: AslState): readonly (readonly string[])[] {
  const chunks = Retry.map(({ ErrorEquals, MaxAttempts }) => chunked(ErrorEquals, MaxAttempts));
  const count = Math.max(0, ...chunks.map(({ length }) => length));
  return Array.from({ length: count }, (_, i) => chunks.flatMap((of) => of[i] ?? []));
}

function chunked<T>(values: readonly T[], size: number): readonly (readonly T[])[] {
  const count = Math.ceil(values.length / size);
  return Array.from({ length: count }, (_, i) => values.slice(i * size, (i + 1) * size));
}

/** A plan at work: what befalls the next attempt of a state. */
export function faultsOf(plan: RetryPlan): (state: string) => Fault | undefined {
  const left = new Map([...plan].map(([state, errors]) => [state, [...errors]]));
  return (state) => {
    const error = left.get(state)?.shift();
    if (error === undefined) return undefined;
    const fault = FAULT_BEHIND[error];
    if (!fault) throw new Error(`say in faults.ts how ${error} of ${state} comes about`);
    return fault;
  };
}
