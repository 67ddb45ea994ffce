import { canonicalJson } from "../../core/canonical-json.ts";
import type { LoadDefinition } from "../../core/definition/loaded-definition.ts";
import type { Candidate } from "../../core/definition/model-definition.ts";
import { InvalidInputError } from "../../core/errors.ts";
import { binaryMetrics } from "../../core/evaluation/binary-metrics.ts";
import { chooseThreshold } from "../../core/evaluation/choose-threshold.ts";
import { largestGraphDifference } from "../../core/evaluation/graph-agreement.ts";
import type { OpenDataset } from "../../core/evaluation/open-dataset.ts";
import { scoreFrame } from "../../core/evaluation/score-frame.ts";
import type { OpenScorer } from "../../core/inference/scorer.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import type { CandidateReport } from "../../core/run/artifacts.ts";
import { type TrainOutput, trainInput } from "../../core/run/messages.ts";
import { parseMessage } from "../../core/run/parse-message.ts";
import { candidateFiles, storageKeys } from "../../core/storage-keys.ts";
import type { TrainedModel } from "../../core/training/trained-model.ts";
import type { Frame, LabelledFrame } from "../../core/training/training-frame.ts";

export interface TrainDeps {
  readonly store: Pick<ObjectStore, "put">;
  readonly loadDefinition: LoadDefinition;
  readonly openDataset: OpenDataset;
  readonly trainCandidate: (order: {
    readonly candidate: Candidate;
    readonly seed: number;
    readonly train: LabelledFrame;
    readonly validation: LabelledFrame;
  }) => TrainedModel;
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

    const validation = await dataset.split("validation");
    const train = await dataset.split("train");
    const { seed } = definition;
    const trained = deps.trainCandidate({ candidate, seed, train, validation });

    const scored = {
      labels: validation.labels,
      scores: Float32Array.from(trained.predict(validation)),
    };
    const threshold = chooseThreshold(definition.threshold, scored);
    const graph = trained.toOnnx(threshold);
    const difference = await graphDifference(deps, trained, graph, await dataset.split("test"));

    const report: CandidateReport = {
      index: input.candidate.index,
      name: candidate.name,
      family: candidate.family,
      parameters: candidate.parameters,
      seed,
      graphSha256: deps.sha256(graph),
      sizeBytes: graph.byteLength,
      threshold,
      metrics: binaryMetrics({ ...scored, threshold }),
      training: trained.summary,
      largestGraphDifference: difference,
    };
    const folder = storageKeys.candidate(model, runId, report.index);
    await deps.store.put(`${folder}/${candidateFiles.graph}`, graph);
    await deps.store.put(`${folder}/${candidateFiles.metrics}`, canonicalJson(report));
    const { index, name, graphSha256, metrics } = report;
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

async function graphDifference(
  { openScorer }: TrainDeps,
  trained: TrainedModel,
  graph: Uint8Array,
  test: Frame,
): Promise<number> {
  const scorer = await openScorer(graph);
  try {
    return largestGraphDifference(trained.predict(test), await scoreFrame(scorer, test));
  } finally {
    await scorer.release();
  }
}
