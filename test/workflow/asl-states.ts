import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { MachineName } from "./deployment.ts";

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly MaxAttempts: number;
}

export interface AslState {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly ItemProcessor?: AslMachine;
  readonly Branches?: readonly AslMachine[];
}

export interface AslMachine {
  readonly StartAt: string;
  /** Of a Map's processor. */
  readonly ProcessorConfig?: { readonly Mode?: string };
  readonly States: Readonly<Record<string, AslState>>;
}

export const MACHINES: readonly MachineName[] = [
  "training",
  "monitoring",
  "batch-prediction",
  "rollout",
];

const folder = join(import.meta.dirname, "..", "..", "state-machines");

/** A state machine as it is checked in. */
export const aslOf = (machine: MachineName): AslMachine =>
  JSON.parse(readFileSync(join(folder, `${machine}.asl.json`), "utf8"));

/** States that may follow one. */
export const nextOf = (state: AslState | undefined): readonly string[] =>
  [state?.Next, state?.Default, ...[state?.Choices, state?.Catch].flatMap((of) => of ?? [])]
    .map((next) => (typeof next === "object" ? next.Next : next))
    .filter((next) => next !== undefined);

/** Every state by its name, those inside Map and Parallel states too. */
export function statesOf({ States }: AslMachine): readonly (readonly [string, AslState])[] {
  return Object.entries(States).flatMap(([name, state]) => [
    [name, state] as const,
    ...[state.ItemProcessor ?? [], state.Branches ?? []].flat().flatMap(statesOf),
  ]);
}

/** The Task states of a machine. */
export const tasksOf = (machine: MachineName): readonly (readonly [string, AslState])[] =>
  statesOf(aslOf(machine)).filter(([, { Type }]) => Type === "Task");
