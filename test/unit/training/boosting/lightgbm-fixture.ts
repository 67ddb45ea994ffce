import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type BoostingObjective,
  boostingParameters,
} from "../../../../core/definition/parameters/boosting.ts";
import { makeObjective } from "../../../../core/training/boosting/objectives/make-objective.ts";
import type { LabelledFrame } from "../../../../core/training/training-frame.ts";
import { numbers } from "../frames.ts";
import { taskFor } from "./train.ts";

interface Work {
  readonly parameters: Readonly<Record<string, number>>;
  readonly y: readonly number[];
  readonly heldY: readonly number[];
  /** LightGBM's raw scores of the held rows, row by row. */
  readonly raw: readonly number[];
  /** Scores nobody learned, row by row, and LightGBM's metric at them. */
  readonly scores: readonly number[];
  readonly weights: readonly number[];
  readonly losses: { readonly plain: number; readonly weighted?: number };
}

interface Fixture {
  readonly trees: number;
  readonly x: readonly (readonly (number | null)[])[];
  readonly heldX: readonly (readonly (number | null)[])[];
  readonly works: Readonly<Record<string, Work>>;
}

const path = join(import.meta.dirname, "../../../fixtures/boosting/lightgbm.json");
const fixture = JSON.parse(readFileSync(path, "utf8")) as Fixture;
/** Rows of a query. */
const QUERY = 20;

export const OBJECTIVES = Object.keys(fixture.works) as readonly BoostingObjective[];

/** What `make.py` gave to LightGBM for an objective, as a frame and parameters of Millrace. */
export function lightgbmWork(name: BoostingObjective) {
  const work = fixture.works[name] as Work;
  const { alpha, tweedie_variance_power, lambdarank_truncation_level } = work.parameters;
  const parameters = boostingParameters.parse({
    ...{ objective: name, trees: fixture.trees, leaves: 8, learningRate: 0.2 },
    ...{ minLeafRows: 1, minLeafWeight: 2, l2: 1, earlyStoppingRounds: 0 },
    ...(name === "huber" && { huberDelta: alpha }),
    ...(name === "quantile" && { quantile: alpha }),
    ...(name === "tweedie" && { tweediePower: tweedie_variance_power }),
    ...(name === "lambdaRank" && { truncation: lambdarank_truncation_level }),
  });
  const task = taskFor(name);
  const objective = makeObjective(parameters, task);
  const frame = (x: Fixture["x"], y: readonly number[]): LabelledFrame => ({
    rows: y.length,
    columns: x.map((column, f) =>
      numbers(
        `x${f}`,
        column.map((value) => value ?? Number.NaN),
      ),
    ),
    labels: name === "logLoss" || name === "softmax" ? Uint8Array.from(y) : Float64Array.from(y),
    ...(name === "lambdaRank" && {
      groups: Uint32Array.from({ length: y.length / QUERY + 1 }, (_, i) => i * QUERY),
    }),
  });
  return {
    ...{ work, parameters, task, objective },
    train: frame(fixture.x, work.y),
    held: frame(fixture.heldX, work.heldY),
  };
}

/** Scores row by row as one array a target. */
export function byTarget(scores: ArrayLike<number>, targets: number): Float64Array[] {
  const rows = scores.length / targets;
  return Array.from({ length: targets }, (_, target) =>
    Float64Array.from({ length: rows }, (_, row) => scores[row * targets + target] as number),
  );
}
