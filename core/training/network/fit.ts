import type { NetworkParameters } from "../../definition/parameters/network.ts";
import { InvalidInputError } from "../../errors.ts";
import type { OpenedGraph, OpenGraph } from "../../ports/open-graph.ts";
import { seededRandom } from "../random.ts";
import { batchBuffers, type PreparedRows } from "./batch.ts";
import type { Loss } from "./loss.ts";
import type { Network } from "./network.ts";
import { shuffle } from "./random-floats.ts";
import { scoringGraph, stepGraph } from "./step-graph.ts";
import { sumOfLosses, trainingSteps, type Weights } from "./training-steps.ts";

/** Rows that are scored together. */
const SCORED_ROWS = 4_096;

export interface FitRequest {
  readonly network: Network;
  readonly loss: Loss;
  readonly parameters: NetworkParameters;
  readonly seed: number;
  readonly train: PreparedRows;
  /** May have no rows; then nothing is stopped early. */
  readonly validation: PreparedRows;
  readonly openGraph: OpenGraph;
}

/** Mean losses of an epoch. */
export interface EpochLosses {
  /** The epoch: 1, 2, 3… */
  readonly round: number;
  /** Each row as it was before its own step, with dropout. */
  readonly train: number;
  /** After the epoch; null without validation rows. */
  readonly validation: number | null;
}

export interface Fitted extends Weights {
  /** One an epoch that ran. */
  readonly curve: readonly EpochLosses[];
  /** Epoch that the weights are from, 1, 2, 3… */
  readonly bestEpoch: number;
}

/**
 * Trains a network by mini-batches, in a new random order each epoch. With early stopping the weights
 * are those after the epoch of the least validation loss; else those after the last epoch.
 *
 * @throws {InvalidInputError} if the loss grows out of all bounds.
 */
export async function fitNetwork(request: FitRequest): Promise<Fitted> {
  const { network, loss, openGraph } = request;
  const step = await openGraph(stepGraph(network, loss));
  const scoring = await openGraph(scoringGraph(network, loss.width));
  try {
    return await runEpochs(request, step, scoring);
  } finally {
    await step.release();
    await scoring.release();
  }
}

async function runEpochs(
  request: FitRequest,
  stepping: OpenedGraph,
  scoring: OpenedGraph,
): Promise<Fitted> {
  const { parameters, train } = request;
  const random = seededRandom(request.seed);
  const steps = trainingSteps({ ...request, random, rows: train }, stepping);
  const order = allRows(train);
  const curve: EpochLosses[] = [];
  let best = { ...steps.weights(), bestEpoch: 0, loss: Infinity };

  for (let epoch = 1; epoch <= parameters.epochs; epoch++) {
    shuffle(random, order);
    const losses = {
      round: epoch,
      train: await steps.epoch(order),
      validation: await validationLoss(request, steps.weights(), scoring),
    };
    checkLoss(losses, parameters.learningRate);
    curve.push(losses);
    const keepsLast = losses.validation === null || parameters.earlyStoppingEpochs === 0;
    const reached = losses.validation ?? Infinity;
    if (keepsLast || reached < best.loss) {
      const { parameters: weights, statistics } = steps.weights();
      best = {
        parameters: weights.slice(),
        statistics: statistics.slice(),
        bestEpoch: epoch,
        loss: reached,
      };
    } else if (epoch - best.bestEpoch >= parameters.earlyStoppingEpochs) break;
  }
  const { parameters: weights, statistics, bestEpoch } = best;
  return { parameters: weights, statistics, bestEpoch, curve };
}

function checkLoss({ round, train, validation }: EpochLosses, learningRate: number): void {
  if (Number.isFinite(train) && Number.isFinite(validation ?? 0)) return;
  throw new InvalidInputError(
    `the network's loss is ${train} in epoch ${round}, ${validation} on validation; lower learningRate, now ${learningRate}`,
  );
}

/** Mean loss of the validation split, null if it has no rows. */
async function validationLoss(
  { network, loss, validation }: FitRequest,
  { parameters, statistics }: Weights,
  scoring: OpenedGraph,
): Promise<number | null> {
  const rows = allRows(validation);
  if (rows.length === 0) return null;
  const buffers = batchBuffers(network, SCORED_ROWS);
  const flat = (data: Float32Array) => ({ data, dims: [data.length] });
  const weights = {
    parameters: flat(parameters),
    ...(statistics.length > 0 ? { statistics: flat(statistics) } : {}),
  };
  let sum = 0;
  for (let from = 0; from < rows.length; from += SCORED_ROWS) {
    const some = rows.subarray(from, from + SCORED_ROWS);
    const { scores } = await scoring.run({
      ...buffers.inputs(validation.reader, some),
      ...weights,
    });
    sum += sumOfLosses(loss, scores?.data as Float32Array, validation, some);
  }
  return sum / rows.length;
}

function allRows({ targets }: PreparedRows): Uint32Array {
  return Uint32Array.from(targets, (_, row) => row);
}
