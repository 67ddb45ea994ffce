import type { z } from "zod";
import { boostingParameters } from "../../../core/definition/parameters/boosting.ts";
import { linearParameters } from "../../../core/definition/parameters/linear.ts";
import type { Task } from "../../../core/definition/task.ts";
import { trainBoosting } from "../../../core/training/boosting/train-boosting.ts";
import { trainLinear } from "../../../core/training/linear/train-linear.ts";
import type { TrainedModel } from "../../../core/training/trained-model.ts";
import type { LabelledFrame } from "../../../core/training/training-frame.ts";
import { frameOf, numbers, shares, strings, withoutRows } from "../training/frames.ts";

export const three: Task = { type: "multiclass", classes: ["a", "b", "c"] };

/** Rows with missing numbers and strings; class 2 of 3 where `x` is high in some towns. */
export function towns(rows: number, seed: number): LabelledFrame {
  const next = shares(seed);
  const x = Array.from({ length: rows }, () => (next() < 0.2 ? Number.NaN : next() * 4 - 2));
  const town = x.map(() => (next() < 0.1 ? null : `town ${Math.floor(next() * 6)}`));
  const labels = x.map((value, i) => {
    const score = (town[i]?.endsWith("3") ? 2 : 1) * value + next();
    if (Number.isNaN(score)) return 1;
    return score > 1 ? 2 : score > -0.5 ? 1 : 0;
  });
  return frameOf([numbers("x", x), strings("town", town), numbers("z", x.map(next))], labels);
}

/** The same rows with labels 0 and 1. */
export function twoClasses(frame: LabelledFrame): LabelledFrame {
  return { ...frame, labels: Uint8Array.from(frame.labels, (label) => (label === 2 ? 1 : 0)) };
}

/** The same rows with a number to predict. */
export function amounts(frame: LabelledFrame): LabelledFrame {
  return { ...frame, labels: Float64Array.from(frame.labels, (label, row) => label + (row % 5)) };
}

export function boosted(
  task: Task,
  frame: LabelledFrame,
  parameters: z.input<typeof boostingParameters> = {},
): TrainedModel {
  const small = { trees: 8, leaves: 8, minLeafRows: 5, ...parameters };
  return trainBoosting(boostingParameters.parse(small), task, 1, frame, withoutRows(frame));
}

export function linear(
  task: Task,
  frame: LabelledFrame,
  parameters: z.input<typeof linearParameters> = {},
): TrainedModel {
  return trainLinear(linearParameters.parse(parameters), task, 1, frame, withoutRows(frame));
}
