import type { NetworkParameters } from "../../definition/parameters/network.ts";
import type { GraphTensor, GraphTensors, OpenedGraph } from "../../ports/open-graph.ts";
import type { Random } from "../random.ts";
import { adamRates } from "./adam.ts";
import { batchBuffers, type PreparedRows } from "./batch.ts";
import { startParameters, startStatistics } from "./layout.ts";
import { learningRateAt } from "./learning-rate.ts";
import type { Loss } from "./loss.ts";
import { type Network, parametersOf, statisticsOf } from "./network.ts";
import { fillMask } from "./random-floats.ts";

/** Least share of a batch in the running statistics; the first ten batches are averaged evenly. */
const LEAST_BLEND = 0.1;

/** What steps change. */
export interface Weights {
  readonly parameters: Float32Array;
  readonly statistics: Float32Array;
}

interface State extends Weights {
  readonly first: Float32Array;
  readonly second: Float32Array;
}

export interface StepsRequest {
  readonly network: Network;
  readonly loss: Loss;
  readonly parameters: NetworkParameters;
  readonly random: Random;
  readonly rows: PreparedRows;
}

/** The steps of a training, one epoch after the other. */
export interface TrainingSteps {
  /**
   * One pass over the rows.
   *
   * @param order of the rows
   * @returns mean loss of the rows, each as it was before its own step
   */
  epoch(order: Uint32Array): Promise<number>;
  /** The weights as they are now; the next step overwrites them. */
  weights(): Weights;
}

/** @param graph of `stepGraph` */
export function trainingSteps(request: StepsRequest, graph: OpenedGraph): TrainingSteps {
  const { network, loss, parameters, random, rows } = request;
  const batches = Math.ceil(rows.targets.length / parameters.batchSize);
  const mostRows = Math.ceil(rows.targets.length / batches);
  const buffers = batchBuffers(network, mostRows);
  const scores = new Float32Array(mostRows * loss.width);
  // Two states take turns: a step reads one and writes the other, so that no memory is taken for it.
  let now = startState(network, random);
  let next = structuredClone(now);
  const drawMasks = maskBuffers(request, mostRows);
  let step = 0;

  const run = async (batch: Uint32Array) => {
    const size = batch.length;
    const learningRate = learningRateAt(step / batches, 1 / batches, parameters);
    step++;
    const feeds = {
      ...buffers.inputs(rows.reader, batch),
      ...buffers.answers(rows, batch),
      ...drawMasks(size),
      ...oldState(now),
      ...rates(adamRates(step, learningRate, parameters.weightDecay)),
      ...rates({ inverseRows: 1 / size, blend: Math.max(1 / step, LEAST_BLEND) }),
    };
    const written = { data: scores.subarray(0, size * loss.width), dims: [size, loss.width] };
    await graph.run(feeds, { scores: written, ...newState(next) });
    [now, next] = [next, now];
  };

  return {
    async epoch(order) {
      let sum = 0;
      for (let i = 0; i < batches; i++) {
        const from = Math.floor((i * order.length) / batches);
        const batch = order.subarray(from, Math.floor(((i + 1) * order.length) / batches));
        await run(batch);
        sum += sumOfLosses(loss, scores, rows, batch);
      }
      return sum / order.length;
    },
    weights: () => now,
  };
}

function startState(network: Network, random: Random): State {
  const parameters = startParameters(parametersOf(network), random);
  return {
    parameters,
    first: new Float32Array(parameters.length),
    second: new Float32Array(parameters.length),
    statistics: startStatistics(statisticsOf(network)),
  };
}

function oldState({ parameters, first, second, statistics }: State): GraphTensors {
  return {
    parameters: flat(parameters),
    first: flat(first),
    second: flat(second),
    ...(statistics.length > 0 ? { statistics: flat(statistics) } : {}),
  };
}

function newState({ parameters, first, second, statistics }: State): GraphTensors {
  return {
    newParameters: flat(parameters),
    newFirst: flat(first),
    newSecond: flat(second),
    ...(statistics.length > 0 ? { newStatistics: flat(statistics) } : {}),
  };
}

function rates(numbers: object): GraphTensors {
  return Object.fromEntries(
    Object.entries(numbers).map(([name, value]) => [name, flat(Float32Array.of(value as number))]),
  );
}

function flat(data: Float32Array): GraphTensor {
  return { data, dims: [data.length] };
}

/** Draws the masks of a batch, into the same memory each time. */
function maskBuffers({ network, parameters, random }: StepsRequest, mostRows: number) {
  const masks = network.layers
    .flatMap(({ masks }) => masks)
    .map(({ name, size }) => ({ name, size, data: new Float32Array(mostRows * size) }));
  return (rows: number): GraphTensors =>
    Object.fromEntries(
      masks.map(({ name, size, data }) => {
        const drawn = data.subarray(0, rows * size);
        fillMask(random, drawn, parameters.dropout);
        return [name, { data: drawn, dims: [rows, size] }];
      }),
    );
}

/** Weighted sum over rows whose outputs begin the scores. */
export function sumOfLosses(
  loss: Loss,
  scores: Float32Array,
  { targets, weights }: PreparedRows,
  rows: Uint32Array,
): number {
  let sum = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    sum += (weights[row] as number) * loss.ofRow(scores, i * loss.width, targets[row] as number);
  }
  return sum;
}
