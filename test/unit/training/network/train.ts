import type { z } from "zod";
import { networkParameters } from "../../../../core/definition/parameters/network.ts";
import type { Task } from "../../../../core/definition/task.ts";
import { sigmoid } from "../../../../core/training/log-loss.ts";
import { trainNetwork } from "../../../../core/training/network/train-network.ts";
import type { TrainedModel } from "../../../../core/training/trained-model.ts";
import type { FrameColumn, LabelledFrame } from "../../../../core/training/training-frame.ts";
import { openGraph } from "../../../../engine/onnx/open-graph.ts";
import { withoutRows } from "../frames.ts";

export type Parameters = z.input<typeof networkParameters>;

export const BINARY: Task = { type: "binary" };
export const REGRESSION: Task = { type: "regression", quantiles: [] };
export const CLASSES: Task = { type: "multiclass", classes: ["a", "b", "c"] };

/** A network with every parameter that is not given at its documented default. */
export function train(
  task: Task,
  frame: LabelledFrame,
  parameters: Parameters = {},
  { seed = 1, validation = withoutRows(frame), open = openGraph } = {},
): Promise<TrainedModel> {
  return trainNetwork(networkParameters.parse(parameters), task, seed, frame, validation, open);
}

/** Probability of class 1 of each row. */
export function probabilitiesOf(model: TrainedModel, frame: LabelledFrame): Float64Array {
  return model.scores(frame).map(sigmoid);
}

/** Rows with numbers to predict. */
export function numberFrame(
  columns: readonly FrameColumn[],
  labels: readonly number[],
): LabelledFrame {
  return { rows: labels.length, columns, labels: Float64Array.from(labels) };
}

export function weighted(frame: LabelledFrame, weights: readonly number[]): LabelledFrame {
  return { ...frame, weights: Float64Array.from(weights) };
}

/** The frame's rows at these places. */
export function rowsAt(frame: LabelledFrame, rows: readonly number[]): LabelledFrame {
  return {
    rows: rows.length,
    labels:
      frame.labels instanceof Uint8Array
        ? Uint8Array.from(rows, (row) => frame.labels[row] as number)
        : Float64Array.from(rows, (row) => frame.labels[row] as number),
    columns: frame.columns.map((column) =>
      column.kind === "number"
        ? { ...column, values: Float32Array.from(rows, (row) => column.values[row] as number) }
        : { ...column, codes: Int32Array.from(rows, (row) => column.codes[row] as number) },
    ),
  };
}
