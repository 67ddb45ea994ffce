import type { Issue } from "../errors.ts";

/** More tensors than a definition has fields and aggregates. */
const MOST_TENSORS = 2_000;
const MOST_OUTPUTS = 100;
const MOST_AXES = 8;
const MOST_PARAMETERS = 16;

/**
 * What is too long in a request that is not checked yet. A check that names each thing wrong would name millions of
 * a body of 6 MB, and run out of memory over it.
 *
 * @returns the first that is too long
 */
export function boundProblem(body: unknown): Issue | undefined {
  const { inputs, outputs, parameters } = membersOf(body);
  return (
    tooMany("inputs", inputs, MOST_TENSORS) ??
    tooMany("outputs", outputs, MOST_OUTPUTS) ??
    tooMany("parameters", parameters, MOST_PARAMETERS) ??
    firstProblem("inputs", inputs) ??
    firstProblem("outputs", outputs)
  );
}

const membersOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

function tooMany(path: string, value: unknown, most: number): Issue | undefined {
  const { length } = Array.isArray(value) ? value : Object.keys(membersOf(value));
  return length > most ? { path, message: `must have at most ${most}, has ${length}` } : undefined;
}

function firstProblem(name: string, tensors: unknown): Issue | undefined {
  if (!Array.isArray(tensors)) return undefined;
  for (const [i, tensor] of tensors.entries()) {
    const { shape, parameters } = membersOf(tensor);
    const problem =
      tooMany(`${name}[${i}].shape`, shape, MOST_AXES) ??
      tooMany(`${name}[${i}].parameters`, parameters, MOST_PARAMETERS);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
