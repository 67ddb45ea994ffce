import { endingPredictions } from "../../core/calibration/ending-predictions.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import type { LoadDefinition } from "../../core/definition/loaded-definition.ts";
import type { Candidate } from "../../core/definition/model-definition.ts";
import { taskOf, widthOf } from "../../core/definition/task.ts";
import { InvalidInputError } from "../../core/errors.ts";
import { finishCandidate } from "../../core/evaluation/finish-candidate.ts";
import { largestGraphDifference } from "../../core/evaluation/graph-agreement.ts";
import type { OpenDataset } from "../../core/evaluation/open-dataset.ts";
import { scoreFrame } from "../../core/evaluation/score-frame.ts";
import type { OpenScorer } from "../../core/inference/scorer.ts";
import type { Ending } from "../../core/onnx/model-outputs.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import type { CandidateReport } from "../../core/run/artifacts.ts";
import { type TrainOutput, trainInput } from "../../core/run/messages.ts";
import { parseMessage } from "../../core/run/parse-message.ts";
import { candidateFiles, storageKeys } from "../../core/storage-keys.ts";
import { modelGraph } from "../../core/training/model-graph.ts";
import type { TrainCandidateInput } from "../../core/training/train-candidate.ts";
import type { TrainedModel } from "../../core/training/trained-model.ts";
import type { Frame } from "../../core/training/training-frame.ts";

export interface TrainDeps {
  readonly store: Pick<ObjectStore, "put">;
  readonly loadDefinition: LoadDefinition;
  readonly openDataset: OpenDataset;
  /** With the tools of this machine. */
  readonly trainCandidate: (order: Omit<TrainCandidateInput, "tools">) => Promise<TrainedModel>;
  readonly openScorer: OpenScorer;
  readonly sha256: (bytes: Uint8Array) => string;
}

/** Trains one candidate, exports it, proves that the graph is the model, and stores both findings. */
export const makeHandler =
  (deps: TrainDeps) =>
  async (event: unknown): Promise<TrainOutput> => {
    const input = parseMessage(trainInput, event);
    const { model, runId, definitionDigest, datasetDigest } = input;
    const { definition } = await deps.loadDefinition(model, definitionDigest);
    const candidate = candidateOf(definition.candidates, input.candidate);
    const dataset = await deps.openDataset(model, datasetDigest);

    const task = taskOf(definition.target);
    const validation = await dataset.split("validation", []);
    const train = await dataset.split("train", []);
    const { seed } = definition;
    const trained = await deps.trainCandidate({ candidate, task, seed, train, validation });

    const scores = trained.scores(validation);
    const { ending, metrics } = finishCandidate(definition, task, validation, scores);
    const graph = modelGraph(trained, train.columns, ending);
    const difference = await graphDifference(
      deps,
      { trained, ending, graph },
      await dataset.split("test", []),
    );

    const report: CandidateReport = {
      index: input.candidate.index,
      name: candidate.name,
      family: candidate.family,
      parameters: candidate.parameters,
      seed,
      graphSha256: deps.sha256(graph),
      sizeBytes: graph.byteLength,
      threshold: ending.threshold,
      ...(ending.calibration && { calibration: ending.calibration }),
      metrics,
      training: trained.summary,
      largestGraphDifference: difference,
    };
    const folder = storageKeys.candidate(model, runId, report.index);
    await deps.store.put(`${folder}/${candidateFiles.graph}`, graph);
    await deps.store.put(`${folder}/${candidateFiles.metrics}`, canonicalJson(report));
    const { index, name, graphSha256 } = report;
    return { index, name, graphSha256, metrics };
  };

function candidateOf(
  candidates: readonly Candidate[],
  { index, name }: { readonly index: number; readonly name: string },
): Candidate {
  const candidate = candidates[index];
  if (candidate?.name === name) return candidate;
  throw new InvalidInputError(
    `definition has no candidate ${index} named ${name}; its candidates are [${candidates.map((known) => known.name)}]`,
  );
}

interface Exported {
  readonly trained: TrainedModel;
  readonly ending: Ending;
  readonly graph: Uint8Array;
}

async function graphDifference(
  { openScorer }: TrainDeps,
  { trained, ending, graph }: Exported,
  test: Frame,
): Promise<number> {
  const scorer = await openScorer(graph);
  try {
    const byTrainer = endingPredictions(ending, trained.scores(test));
    return largestGraphDifference(byTrainer, await scoreFrame(scorer, test), widthOf(ending.task));
  } finally {
    await scorer.release();
  }
}
