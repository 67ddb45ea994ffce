import { InvalidInputError } from "../../errors.ts";
import type { FrameColumn } from "../training-frame.ts";
import type { BoostingParameters } from "./boosting-parameters.ts";
import type { Objective } from "./objectives/objective.ts";

type Columns = readonly Pick<FrameColumn, "name" | "kind">[];

/**
 * Direction of each feature, `undefined` where none is bound.
 *
 * @throws {InvalidInputError} if a column is not there or holds categories, or there is a score a class:
 *   softmax would undo it
 */
export function monotoneOf(
  { monotone }: Pick<BoostingParameters, "monotone">,
  columns: Columns,
  { name, targets }: Pick<Objective, "name" | "targets">,
): Int8Array | undefined {
  const bound = Object.entries(monotone);
  if (bound.length === 0) return undefined;
  if (targets > 1) {
    throw new InvalidInputError(`objective ${name} cannot be monotone; leave monotone out`);
  }
  const directions = new Int8Array(columns.length);
  for (const [column, direction] of bound) {
    const feature = featureOf(column, columns, "monotone");
    if (columns[feature]?.kind === "category") {
      throw new InvalidInputError(`monotone names ${column}, whose categories have no order`);
    }
    directions[feature] = direction;
  }
  return directions;
}

/**
 * Sets of features that may meet; a feature that is in none has one of its own.
 *
 * @throws {InvalidInputError} if a column is not there
 */
export function interactionsOf(
  { interactions }: Pick<BoostingParameters, "interactions">,
  columns: Columns,
): readonly (readonly number[])[] {
  return interactions.map((set) => set.map((name) => featureOf(name, columns, "interactions")));
}

function featureOf(name: string, columns: Columns, parameter: string): number {
  const feature = columns.findIndex((column) => column.name === name);
  if (feature >= 0) return feature;
  const known = columns.map((column) => column.name).join(", ");
  throw new InvalidInputError(`${parameter} names ${name}, which is no input; inputs are ${known}`);
}
