import { networkParameters } from "../../../../core/definition/parameters/network.ts";
import type { Task } from "../../../../core/definition/task.ts";
import type { GraphTensor, GraphTensors } from "../../../../core/ports/open-graph.ts";
import { adamRates } from "../../../../core/training/network/adam.ts";
import type { InputPlan } from "../../../../core/training/network/encode-inputs.ts";
import { startParameters, startStatistics } from "../../../../core/training/network/layout.ts";
import { type Loss, lossOf } from "../../../../core/training/network/loss.ts";
import {
  type Network,
  networkOf,
  parametersOf,
  type ShapeParameters,
  statisticsOf,
} from "../../../../core/training/network/network.ts";
import { stepGraph } from "../../../../core/training/network/step-graph.ts";
import { seededRandom } from "../../../../core/training/random.ts";
import { openGraph } from "../../../../engine/onnx/open-graph.ts";
import { shares } from "../frames.ts";

/** A plan of so many numbers, and of columns with so many strings each. */
export function planOf(numbers: number, strings: readonly number[] = []): InputPlan {
  const categories = strings.map((count, i) => ({
    kind: "category" as const,
    name: `column ${i}`,
    codeOf: new Map(Array.from({ length: count }, (_, code) => [`${code}`, code + 1])),
  }));
  return { encodings: categories, categories, numbers: [], clip: 10, numberCount: numbers };
}

export interface Problem {
  readonly task: Task;
  readonly shape: Partial<ShapeParameters>;
  readonly numbers: number;
  readonly strings?: readonly number[];
  readonly loss?: "squared" | "absolute" | "huber";
}

/** A network, and rows for it, all in doubles. */
export interface StepRunner {
  readonly network: Network;
  readonly loss: Loss;
  readonly feeds: Readonly<Record<string, GraphTensor>>;
  run(feeds: GraphTensors): Promise<GraphTensors>;
  release(): Promise<void>;
}

const doubles = (values: ArrayLike<number>, ...dims: number[]): GraphTensor => ({
  data: Float64Array.from(values),
  dims: dims.length > 0 ? dims : [values.length],
});

/** Opens one training step that keeps its gradient, with random rows to feed. */
export async function openStep(problem: Problem, rows = 7): Promise<StepRunner> {
  const { task, numbers, strings = [], loss: name = "squared" } = problem;
  const loss = lossOf(task, { loss: name, huberDelta: 0.4 });
  const parameters = networkParameters.parse({ dropout: 0, hiddenUnits: [5, 3] });
  const bias = Float64Array.from({ length: loss.width }, (_, i) => 0.1 * (i + 1));
  const network = networkOf(planOf(numbers, strings), { ...parameters, ...problem.shape }, bias);
  const graph = await openGraph(
    stepGraph(network, loss, { element: "double", keepGradient: true }),
  );
  return {
    network,
    loss,
    feeds: feedsFor(network, problem, rows),
    run: (feeds) => graph.run(feeds),
    release: () => graph.release(),
  };
}

function feedsFor(network: Network, { task, numbers, strings = [] }: Problem, rows: number) {
  const next = shares(5);
  const random = (...dims: number[]) =>
    doubles(
      Array.from({ length: dims.reduce((a, b) => a * b) }, () => next() * 2 - 1),
      ...dims,
    );
  const start = startParameters(parametersOf(network), seededRandom(1));
  // Rows of unknown strings and biases start at 0, where an error would not show.
  const moved = start.map((value) => value + (next() - 0.5) / 2);
  const statistics = startStatistics(statisticsOf(network));
  const kinds = task.type === "multiclass" ? task.classes.length : 2;
  const targets =
    task.type === "regression"
      ? random(rows, 1)
      : doubles(
          Array.from({ length: rows }, (_, row) => row % kinds),
          rows,
          1,
        );
  const codes = Array.from({ length: rows }, () =>
    strings.map((count) => Math.floor(next() * (count + 1))),
  );
  const masks = network.layers.flatMap((layer) => layer.masks);
  return {
    ...(numbers > 0 ? { numbers: random(rows, numbers) } : {}),
    ...(strings.length > 0
      ? { codes: { data: Float32Array.from(codes.flat()), dims: [rows, strings.length] } }
      : {}),
    ...(statistics.length > 0 ? { statistics: doubles(statistics), blend: doubles([0.25]) } : {}),
    ...Object.fromEntries(
      masks.map(({ name, size }) => [
        name,
        doubles(
          Array.from({ length: rows * size }, () => (next() < 0.5 ? 0 : 2)),
          rows,
          size,
        ),
      ]),
    ),
    targets,
    weights: doubles(
      Array.from({ length: rows }, () => next() / rows),
      rows,
      1,
    ),
    parameters: doubles(moved),
    first: doubles(new Float64Array(start.length)),
    second: doubles(new Float64Array(start.length)),
    inverseRows: doubles([1 / rows]),
    ...ratesFor(1, 0.05, 0),
  };
}

export function ratesFor(step: number, learningRate: number, weightDecay: number) {
  const { stepSize, secondScale, shrink } = adamRates(step, learningRate, weightDecay);
  return {
    stepSize: doubles([stepSize]),
    secondScale: doubles([secondScale]),
    shrink: doubles([shrink]),
  };
}

/** Sum over rows of weight times loss, as the graph's slopes are meant to be of. */
export function lossIn({ loss, feeds }: StepRunner, { scores }: GraphTensors): number {
  const targets = feeds.targets?.data as Float64Array;
  const weights = feeds.weights?.data as Float64Array;
  return targets.reduce(
    (sum, target, row) =>
      sum +
      (weights[row] as number) * loss.ofRow(scores?.data as Float64Array, row * loss.width, target),
    0,
  );
}
