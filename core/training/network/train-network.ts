import type { NetworkParameters } from "../../definition/parameters/network.ts";
import type { Task } from "../../definition/task.ts";
import type { OpenGraph } from "../../ports/open-graph.ts";
import { checkColumns } from "../check-frames.ts";
import type { TrainedModel } from "../trained-model.ts";
import type { LabelledFrame } from "../training-frame.ts";
import { addNetwork } from "./add-network.ts";
import type { PreparedRows } from "./batch.ts";
import { type InputPlan, inputReader, planInputs } from "./encode-inputs.ts";
import { type Fitted, fitNetwork } from "./fit.ts";
import { layoutOf, statisticsLayout, tensorsIn } from "./layout.ts";
import { lossOf } from "./loss.ts";
import { type Network, networkOf, parametersOf, statisticsOf } from "./network.ts";
import { networkOutputs } from "./network-scores.ts";
import { addScores, scoresOf } from "./output-scores.ts";
import {
  checkWeighed,
  planTargets,
  relativeWeights,
  type TargetPlan,
  targetsOf,
  weighedRows,
} from "./targets.ts";

/**
 * Trains a multilayer perceptron. Its steps run as a graph in the runtime behind `openGraph`, in float32;
 * the trained network computes in doubles, here and in its own graph.
 *
 * Rows of weight 0 are left out, of both splits.
 *
 * @param validation rows for early stopping; may be empty
 * @throws {InvalidInputError} for ranking, if no row of `train` has a weight above 0, or the loss
 *   grows out of all bounds.
 */
export async function trainNetwork(
  parameters: NetworkParameters,
  task: Task,
  seed: number,
  train: LabelledFrame,
  validation: LabelledFrame,
  openGraph: OpenGraph,
): Promise<TrainedModel> {
  const loss = lossOf(task, parameters);
  const rows = weighedRows(train);
  checkWeighed(rows);
  const plan = planInputs(rows.columns, parameters);
  const targets = planTargets(task, rows);
  const network = networkOf(plan, parameters, targets.start);
  const fitted = await fitNetwork({
    network,
    loss,
    parameters,
    seed,
    openGraph,
    train: prepareRows(rows, plan, targets),
    validation: prepareRows(weighedRows(validation), plan, targets),
  });
  const trained = { plan, network, tensors: tensorsOf(network, fitted) };

  return {
    scores(frame) {
      checkColumns(frame, plan.encodings);
      return scoresOf(task, networkOutputs(frame, trained, loss.width), targets);
    },
    addTo: (graph, inputs) => addScores(graph, task, addNetwork(graph, inputs, trained), targets),
    summary: {
      parameters: fitted.parameters.length,
      epochs: fitted.curve.length,
      bestEpoch: fitted.bestEpoch,
      learningCurve: fitted.curve,
      embeddings: network.input.parameters.map(({ name, dims }) => ({ name, dims })),
    },
  };
}

function prepareRows(frame: LabelledFrame, plan: InputPlan, targets: TargetPlan): PreparedRows {
  return {
    reader: inputReader(frame, plan),
    targets: targetsOf(frame, targets),
    weights: relativeWeights(frame),
  };
}

function tensorsOf(network: Network, { parameters, statistics }: Fitted) {
  return new Map([
    ...tensorsIn(layoutOf(parametersOf(network)), parameters),
    ...tensorsIn(statisticsLayout(statisticsOf(network)), statistics),
  ]);
}
