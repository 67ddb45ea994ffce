import type { Value } from "../../onnx/graph-builder.ts";
import type { Scope } from "./layers/layer.ts";
import { combine, scaled, shifted } from "./layers/nodes.ts";

/** Kingma and Ba 2015, https://arxiv.org/abs/1412.6980, algorithm 1. */
const FIRST_DECAY = 0.9;
const SECOND_DECAY = 0.999;
const EPSILON = 1e-8;

/** Numbers of one step, each fed with shape [1]. */
export interface AdamRates<Number> {
  /** Learning rate over the first moment's bias correction. */
  readonly stepSize: Number;
  /** 1 / root of the second moment's bias correction. */
  readonly secondScale: Number;
  /** Learning rate times weight decay. */
  readonly shrink: Number;
}

/** @param step 1, 2, 3… */
export function adamRates(
  step: number,
  learningRate: number,
  weightDecay: number,
): AdamRates<number> {
  return {
    stepSize: learningRate / (1 - FIRST_DECAY ** step),
    secondScale: 1 / Math.sqrt(1 - SECOND_DECAY ** step),
    shrink: learningRate * weightDecay,
  };
}

/** What Adam moves, all of shape [parameters]. */
export interface AdamState {
  readonly parameters: Value;
  /** Running mean of the gradients. */
  readonly first: Value;
  /** Running mean of their squares. */
  readonly second: Value;
}

/**
 * Nodes of one step of AdamW (Loshchilov and Hutter 2019, https://arxiv.org/abs/1711.05101, algorithm 2;
 * the schedule's factor is in the learning rate): the decay is taken off the parameters, not put into
 * the gradient.
 *
 * @param decays 1 where a parameter decays, else 0; shape [parameters]
 */
export function addAdamStep(
  scope: Scope,
  { parameters, first, second }: AdamState,
  gradient: Value,
  { rates, decays }: { readonly rates: AdamRates<Value>; readonly decays: Value },
): AdamState {
  const mix = (old: Value, decay: number, now: Value) =>
    combine(scope, "Add", scaled(scope, old, decay), scaled(scope, now, 1 - decay));
  const newFirst = mix(first, FIRST_DECAY, gradient);
  const newSecond = mix(second, SECOND_DECAY, combine(scope, "Mul", gradient, gradient));
  const root = combine(scope, "Mul", scope.graph.node("Sqrt", [newSecond]), rates.secondScale);
  const step = combine(
    scope,
    "Div",
    combine(scope, "Mul", newFirst, rates.stepSize),
    shifted(scope, root, EPSILON),
  );
  const decay = combine(scope, "Mul", parameters, combine(scope, "Mul", decays, rates.shrink));
  const moved = combine(scope, "Sub", combine(scope, "Sub", parameters, decay), step);
  return { parameters: moved, first: newFirst, second: newSecond };
}
