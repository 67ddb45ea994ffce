import type { Value } from "../../../onnx/graph-builder.ts";
import type { Layer, Parameter, Scope } from "./layer.ts";
import { combine, shifted, sumOfRows } from "./nodes.ts";

/** Keeps the root away from 0, as in the paper. */
const EPSILON = 1e-5;

/**
 * Batch normalisation (Ioffe and Szegedy 2015, https://arxiv.org/abs/1502.03167): each column less its
 * mean, over its deviation, times a scale, plus a shift; both are trained. A training step takes mean
 * and variance from its batch, scoring takes the running ones.
 */
export function batchNormalisation(name: string, size: number): Layer {
  const scale = vectorParameter(`${name} scale`, size, 1);
  const shift = vectorParameter(`${name} shift`, size, 0);
  const mean = { name: `${name} mean`, size, start: 0 };
  const variance = { name: `${name} variance`, size, start: 1 };

  return {
    parameters: [scale, shift],
    statistics: [mean, variance],
    masks: [],
    score(scope, input) {
      const centred = combine(scope, "Sub", input, scope.tensor(mean.name));
      const inverse = inverseDeviation(scope, scope.tensor(variance.name));
      const factor = combine(scope, "Mul", scope.tensor(scale.name), inverse);
      return combine(
        scope,
        "Add",
        combine(scope, "Mul", centred, factor),
        scope.tensor(shift.name),
      );
    },
    train(scope, input) {
      const times = (left: Value, right: Value) => combine(scope, "Mul", left, right);
      const meanOfRows = (value: Value) => times(sumOfRows(scope, value), scope.inverseRows);
      const batchMean = meanOfRows(input);
      const centred = combine(scope, "Sub", input, batchMean);
      const batchVariance = meanOfRows(times(centred, centred));
      const inverse = inverseDeviation(scope, batchVariance);
      const normal = times(centred, inverse);
      scope.observed(mean.name, batchMean);
      scope.observed(variance.name, batchVariance);
      const scaled = times(normal, scope.tensor(scale.name));
      return {
        output: combine(scope, "Add", scaled, scope.tensor(shift.name)),
        backward(slope) {
          const shiftSlope = sumOfRows(scope, slope);
          const scaleSlope = sumOfRows(scope, times(slope, normal));
          scope.gradient(shift.name, shiftSlope);
          scope.gradient(scale.name, scaleSlope);
          const level = times(shiftSlope, scope.inverseRows);
          const along = times(normal, times(scaleSlope, scope.inverseRows));
          const own = combine(scope, "Sub", combine(scope, "Sub", slope, level), along);
          return times(own, times(scope.tensor(scale.name), inverse));
        },
      };
    },
    compute(tensors, input) {
      const [means, variances, scales, shifts] = [mean, variance, scale, shift].map(
        (one) => tensors.get(one.name) as Float32Array,
      ) as [Float32Array, Float32Array, Float32Array, Float32Array];
      const factors = Float64Array.from(
        scales,
        (value, i) => value / Math.sqrt((variances[i] as number) + EPSILON),
      );
      for (let at = 0; at < input.length; at++) {
        const i = at % size;
        input[at] =
          ((input[at] as number) - (means[i] as number)) * (factors[i] as number) +
          (shifts[i] as number);
      }
      return input;
    },
  };
}

function vectorParameter(name: string, size: number, start: number): Parameter {
  return { name, dims: [size], decays: false, start: (values) => values.fill(start) };
}

/** 1 / the root of a variance. */
function inverseDeviation(scope: Scope, variance: Value): Value {
  const deviation = scope.graph.node("Sqrt", [shifted(scope, variance, EPSILON)]);
  return scope.graph.node("Reciprocal", [deviation]);
}
