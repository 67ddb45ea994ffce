import type { GraphBuilder, Value } from "../../../onnx/graph-builder.ts";
import type { Random } from "../../random.ts";

/** A tensor that training changes. */
export interface Parameter {
  readonly name: string;
  readonly dims: readonly number[];
  /** Whether weight decay pulls it to 0: matrices yes; biases and what normalises, no. */
  readonly decays: boolean;
  /** Fills it for the first step. */
  readonly start: (values: Float32Array, random: Random) => void;
}

/** A vector that follows the batches without being trained, and that scoring uses. */
export interface Statistic {
  readonly name: string;
  readonly size: number;
  readonly start: number;
}

/** Zeros and 1 / (1 - dropout) that the loop draws for each step, shape [rows, size]. */
export interface Mask {
  readonly name: string;
  readonly size: number;
}

/** Where a network's nodes go, and the element type that they compute in. */
export interface Scope {
  readonly graph: GraphBuilder;
  readonly element: "float" | "double";
  /** A parameter or statistic by name, in the element type. */
  readonly tensor: (name: string) => Value;
}

/** The scope of one training step. */
export interface TrainingScope extends Scope {
  /** 1 / rows of the batch, shape [1]. */
  readonly inverseRows: Value;
  readonly mask: (mask: Mask) => Value;
  /** Keeps the gradient of a parameter, in its own shape. */
  readonly gradient: (name: string, value: Value) => void;
  /** Keeps what a statistic is in this batch, shape [size]. */
  readonly observed: (name: string, value: Value) => void;
}

/** The output of a layer in a training step, and the way back. */
export interface Trained {
  readonly output: Value;
  /**
   * Adds the gradients of the layer's parameters.
   *
   * @param slope of the loss by the output, in the output's shape
   * @returns slope of the loss by the input
   */
  readonly backward: (slope: Value) => Value;
}

/** Parameters and statistics by name. */
export type Tensors = ReadonlyMap<string, Float32Array>;

/** Maps rows [rows, inputs] to rows [rows, outputs]. */
export interface Layer {
  readonly parameters: readonly Parameter[];
  readonly statistics: readonly Statistic[];
  readonly masks: readonly Mask[];
  /** Nodes of scoring. */
  score(scope: Scope, input: Value): Value;
  /** Nodes of a training step. */
  train(scope: TrainingScope, input: Value): Trained;
  /** The same as the nodes of `score`, in doubles; may write to `input`. */
  compute(tensors: Tensors, input: Float64Array, rows: number): Float64Array;
}
