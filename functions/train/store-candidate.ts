import { endingPredictions } from "../../core/calibration/ending-predictions.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { widthOf } from "../../core/definition/task.ts";
import type { FinishedCandidate } from "../../core/evaluation/finish-candidate.ts";
import { largestGraphDifference } from "../../core/evaluation/graph-agreement.ts";
import { withScorer } from "../../core/evaluation/score-frame.ts";
import type { OpenScorer } from "../../core/inference/scorer.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import type { CandidateReport } from "../../core/run/artifacts.ts";
import { candidateFiles, storageKeys } from "../../core/storage-keys.ts";
import { modelGraph } from "../../core/training/model-graph.ts";
import type { FrameColumn } from "../../core/training/training-frame.ts";
import type { MadeCandidate, TrainingWork } from "./made-candidate.ts";

export interface StoringDeps {
  readonly store: Pick<ObjectStore, "put">;
  readonly openScorer: OpenScorer;
  readonly sha256: (bytes: Uint8Array) => string;
}

interface CandidatePlace {
  readonly index: number;
  readonly name: string;
  /** The model's inputs. */
  readonly columns: readonly FrameColumn[];
}

/**
 * Exports a candidate, proves on the test split that the graph is the model, and stores the graph,
 * what explains it and what was found.
 *
 * @returns SHA-256 of the graph
 * @throws {IntegrityError} if graph and model disagree, and stores nothing
 */
export async function storeCandidate(
  deps: StoringDeps,
  { run, definition, dataset }: TrainingWork,
  { index, name, columns }: CandidatePlace,
  made: MadeCandidate,
  { ending, metrics }: FinishedCandidate,
): Promise<string> {
  const graph = modelGraph(made, columns, ending);
  const test = await dataset.split("test", []);
  const predictions = endingPredictions(ending, await made.scores(test));
  const byGraph = await withScorer(deps.openScorer, graph, (score) => score(test));

  const report: CandidateReport = {
    index,
    name,
    family: made.family,
    parameters: made.parameters,
    seed: definition.seed,
    graphSha256: deps.sha256(graph),
    sizeBytes: graph.byteLength,
    ...(made.explainer && { explainerSha256: deps.sha256(made.explainer) }),
    threshold: ending.threshold,
    ...(ending.calibration && { calibration: ending.calibration }),
    metrics,
    training: made.summary,
    largestGraphDifference: largestGraphDifference(predictions, byGraph, widthOf(ending.task)),
  };
  const folder = storageKeys.candidate(run.model, run.runId, index);
  await deps.store.put(`${folder}/${candidateFiles.graph}`, graph);
  if (made.explainer) {
    await deps.store.put(`${folder}/${candidateFiles.explainer}`, made.explainer);
  }
  await deps.store.put(`${folder}/${candidateFiles.metrics}`, canonicalJson(report));
  return report.graphSha256;
}
