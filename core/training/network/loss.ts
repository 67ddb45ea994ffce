import type { NetworkParameters } from "../../definition/parameters/network.ts";
import type { Task } from "../../definition/task.ts";
import { InvalidInputError } from "../../errors.ts";
import type { Value } from "../../onnx/graph-builder.ts";
import { vector } from "../../onnx/tensor.ts";
import type { Scope } from "./layers/layer.ts";
import { combine, scalar, sliced, toElement } from "./layers/nodes.ts";

/** What training makes small. */
export interface Loss {
  /** Columns of the network's outputs. */
  readonly width: number;
  /**
   * Nodes: derivative of each row's loss by its outputs.
   *
   * @param outputs [rows, width]
   * @param targets [rows, 1]
   */
  readonly slope: (scope: Scope, outputs: Value, targets: Value) => Value;
  /** Loss of one row. @param outputs of many rows; the row's own begin at `at` */
  readonly ofRow: (outputs: Float32Array | Float64Array, at: number, target: number) => number;
}

export type LossParameters = Pick<NetworkParameters, "loss" | "huberDelta">;

/** @throws {InvalidInputError} for ranking, which the network cannot learn. */
export function lossOf(task: Task, parameters: LossParameters): Loss {
  switch (task.type) {
    case "binary":
      return logisticLoss;
    case "multiclass":
      return softmaxLoss(task.classes.length);
    case "regression":
      return withQuantiles(regressionLoss(parameters), task.quantiles);
    case "ranking":
      throw new InvalidInputError(
        "a neural network cannot learn ranking; take the family gradient-boosting",
      );
  }
}

/** Log-loss of the log-odds of class 1. */
const logisticLoss: Loss = {
  width: 1,
  slope: (scope, outputs, targets) =>
    combine(scope, "Sub", scope.graph.node("Sigmoid", [outputs]), targets),
  ofRow(outputs, at, target) {
    const logOdds = outputs[at] as number;
    const wrong = target === 1 ? -logOdds : logOdds;
    return Math.max(wrong, 0) + Math.log1p(Math.exp(-Math.abs(wrong)));
  },
};

/** Log-loss of the softmax of one logit a class; targets are the classes' indices. */
function softmaxLoss(classes: number): Loss {
  return {
    width: classes,
    slope(scope, outputs, targets) {
      const { graph } = scope;
      const indices = toElement(
        scope,
        graph.constant(vector(Float32Array.from({ length: classes }, (_, i) => i))),
      );
      const own = toElement(scope, combine(scope, "Equal", targets, indices));
      const shares = graph.node("Softmax", [outputs], { attributes: { axis: { int: 1 } } });
      return combine(scope, "Sub", shares, own);
    },
    ofRow(outputs, at, target) {
      let largest = -Infinity;
      for (let i = 0; i < classes; i++) largest = Math.max(largest, outputs[at + i] as number);
      let sum = 0;
      for (let i = 0; i < classes; i++) sum += Math.exp((outputs[at + i] as number) - largest);
      return Math.log(sum) + largest - (outputs[at + target] as number);
    },
  };
}

/** A loss of the error, output less target, both in standard deviations of the target. */
interface ErrorLoss {
  readonly slope: (scope: Scope, error: Value) => Value;
  readonly of: (error: number) => number;
}

function regressionLoss({ loss, huberDelta }: LossParameters): ErrorLoss {
  switch (loss) {
    case "squared":
      return { slope: (_scope, error) => error, of: (error) => (error * error) / 2 };
    case "absolute":
      return { slope: ({ graph }, error) => graph.node("Sign", [error]), of: Math.abs };
    case "huber":
      return huberLoss(huberDelta);
  }
}

/** Huber 1964: squared near 0, a line from `delta` on. */
function huberLoss(delta: number): ErrorLoss {
  return {
    slope: (scope, error) =>
      scope.graph.node("Clip", [error, zeroRank(scope, -delta), zeroRank(scope, delta)]),
    of(error) {
      const size = Math.abs(error);
      return size <= delta ? (size * size) / 2 : delta * (size - delta / 2);
    },
  };
}

/** `Clip` takes its bounds as scalars of rank 0. */
function zeroRank(scope: Scope, value: number): Value {
  const values = scope.element === "float" ? Float32Array.of(value) : Float64Array.of(value);
  return scope.graph.constant({ dims: [], values });
}

/** The first output by its own loss, each other one by the pinball loss of its quantile. */
function withQuantiles(own: ErrorLoss, quantiles: readonly number[]): Loss {
  const width = 1 + quantiles.length;
  return {
    width,
    slope(scope, outputs, targets) {
      const error = combine(scope, "Sub", outputs, targets);
      if (quantiles.length === 0) return own.slope(scope, error);
      const { graph } = scope;
      const levels = toElement(scope, graph.constant(vector(Float64Array.of(0, ...quantiles))));
      const above = toElement(scope, combine(scope, "Greater", error, scalar(scope, 0)));
      const pinball = combine(scope, "Sub", above, levels);
      const first = sliced(graph, own.slope(scope, error), { from: 0, to: 1, axis: 1 });
      const others = sliced(graph, pinball, { from: 1, to: width, axis: 1 });
      return graph.node("Concat", [first, others], { attributes: { axis: { int: 1 } } });
    },
    ofRow(outputs, at, target) {
      let sum = own.of((outputs[at] as number) - target);
      quantiles.forEach((level, i) => {
        const error = (outputs[at + 1 + i] as number) - target;
        sum += error > 0 ? (1 - level) * error : -level * error;
      });
      return sum;
    },
  };
}
