import { readFileSync } from "node:fs";
import { expect } from "vitest";
import type { Task } from "../../../core/definition/task.ts";

interface BinaryCase {
  readonly name: string;
  readonly scores: readonly number[];
  readonly labels: readonly number[];
  readonly weights: readonly number[] | null;
  readonly at: readonly number[];
  readonly platt: Readonly<
    Record<"slope" | "intercept" | "sklearnSlope" | "sklearnIntercept", number>
  >;
  readonly isotonic: Readonly<Record<"at" | "values" | "probabilities", readonly number[]>>;
}

interface Fixture {
  readonly binary: readonly BinaryCase[];
  readonly multiclass: Readonly<
    Record<"scores" | "labels" | "weights" | "platt" | "isotonic", readonly number[]>
  > & { readonly classes: number; readonly temperature: number };
}

const path = new URL("../../fixtures/calibration/calibration.json", import.meta.url);
export const fixture: Fixture = JSON.parse(readFileSync(path, "utf8"));
export const binary: Task = { type: "binary" };
export const three: Task = { type: "multiclass", classes: ["a", "b", "c"] };

export const rowsOf = ({
  scores,
  labels,
  weights,
}: Pick<BinaryCase, "scores" | "labels" | "weights">) => ({
  scores: Float64Array.from(scores),
  labels: Uint8Array.from(labels),
  weights: weights === null ? undefined : Float64Array.from(weights),
});

/** Fails unless both are of one length and no value is further off. */
export function expectNear(got: ArrayLike<number>, wanted: ArrayLike<number>, within: number) {
  expect(got.length).toBe(wanted.length);
  const furthest = Math.max(
    ...Array.from(wanted, (value, i) => Math.abs(value - (got[i] as number))),
  );
  expect(furthest).toBeLessThanOrEqual(within);
}
