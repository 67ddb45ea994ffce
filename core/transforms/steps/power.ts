import type { StepOf } from "../../definition/transform-schema.ts";
import type { FrameColumn } from "../../training/training-frame.ts";
import { aNumber, type FittedStep, fromNumbers } from "../fitted-step.ts";
import { frameOperators } from "../frame-operators.ts";
import type { Operators } from "../operators.ts";
import { meanOf, numberColumn, sortedValues } from "../training-values.ts";

/** Between these a lambda is looked for. */
const LAMBDAS = [-5, 5] as const;
/** Values that a lambda is found by, evenly spread over the sorted ones. */
const MOST_VALUES = 20_000;

type By = StepOf<"power">["by"];

/** Numbers by a monotone function; what it is not defined for becomes NaN. */
export function fitPower(step: StepOf<"power">, column: FrameColumn): FittedStep {
  const parameter = parameterOf(step, column);
  return {
    found: { [PARAMETERS[step.by]]: parameter },
    build: fromNumbers((nodes, x) => {
      const y = FUNCTIONS[step.by](nodes, x, parameter);
      return [aNumber(nodes.choose(nodes.isMissing(y), Number.NaN, y))];
    }),
  };
}

/** What the function's parameter is called. */
const PARAMETERS: Readonly<Record<By, string>> = {
  log: "offset",
  "signed-log": "offset",
  power: "exponent",
  "box-cox": "lambda",
  "yeo-johnson": "lambda",
};

function parameterOf(step: StepOf<"power">, column: FrameColumn): number {
  if (step.by === "log") return step.offset;
  if (step.by === "signed-log") return 1;
  if (step.by === "power") return step.exponent as number;
  return step.lambda ?? bestLambda(step.by, sortedValues(numberColumn(column)));
}

type PowerFunction = <Numbers, Texts>(
  nodes: Operators<Numbers, Texts>,
  x: Numbers,
  parameter: number,
) => Numbers;

const FUNCTIONS: Readonly<Record<By, PowerFunction>> = {
  log: (nodes, x, offset) => nodes.log(nodes.add(x, offset)),
  "signed-log"(nodes, x, offset) {
    const size = nodes.log(nodes.add(nodes.absolute(x), offset));
    return nodes.choose(nodes.isLess(x, 0), nodes.multiply(size, -1), size);
  },
  power: (nodes, x, exponent) => nodes.power(x, exponent),
  "box-cox": (nodes, x, lambda) => nodes.choose(x, boxCox(nodes, x, lambda), Number.NaN),
  "yeo-johnson"(nodes, x, lambda) {
    const above = boxCox(nodes, nodes.add(x, 1), lambda);
    const below = boxCox(nodes, nodes.add(nodes.multiply(x, -1), 1), 2 - lambda);
    return nodes.choose(nodes.isLess(x, 0), nodes.multiply(below, -1), above);
  },
};

/** (x^lambda - 1) / lambda, ln x at 0 (Box and Cox 1964, An Analysis of Transformations). */
const boxCox: PowerFunction = (nodes, x, lambda) =>
  lambda === 0 ? nodes.log(x) : nodes.divide(nodes.subtract(nodes.power(x, lambda), 1), lambda);

/**
 * The lambda of the largest likelihood of a normal distribution, to 1e-4 (Yeo and Johnson 2000, A new
 * family of power transformations). 1 where all values are the same.
 */
function bestLambda(by: "box-cox" | "yeo-johnson", sorted: Float64Array): number {
  const positive = by === "box-cox" ? sorted.filter((x) => x > 0) : sorted;
  const values = spread(positive);
  if (values[0] === values.at(-1)) return 1;
  const nodes = frameOperators(values.length);
  // Sum of the logarithms of the function's slope, without the factor lambda - 1.
  const slopes = values.map((x) =>
    by === "box-cox" ? Math.log(x) : Math.sign(x) * Math.log1p(Math.abs(x)),
  );
  const slope = meanOf(slopes);
  const likelihood = (lambda: number) => {
    const y = FUNCTIONS[by](nodes, values, lambda);
    const mean = meanOf(y);
    const variance = meanOf(y.map((own) => (own - mean) ** 2));
    const found = (lambda - 1) * slope - Math.log(variance) / 2;
    // too large for a double, or all rounded to one number
    return Number.isFinite(found) ? found : Number.NEGATIVE_INFINITY;
  };
  return Math.round(goldenSection(likelihood) * 1e4) / 1e4;
}

/** At most so many of sorted values, evenly spaced, ends included. */
function spread(sorted: Float64Array): Float64Array {
  if (sorted.length <= MOST_VALUES) return sorted;
  const step = (sorted.length - 1) / (MOST_VALUES - 1);
  return Float64Array.from(
    { length: MOST_VALUES },
    (_, i) => sorted[Math.round(i * step)] as number,
  );
}

/** Where a function with one hill is highest (Kiefer 1953). */
function goldenSection(of: (x: number) => number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [from, to]: [number, number] = [...LAMBDAS];
  for (let i = 0; i < 30; i++) {
    const low = to - ratio * (to - from);
    const high = from + ratio * (to - from);
    if (of(low) < of(high)) from = low;
    else to = high;
  }
  return (from + to) / 2;
}
