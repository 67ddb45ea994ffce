import type { LoadedDefinition } from "../../core/definition/loaded-definition.ts";
import type { Task } from "../../core/definition/task.ts";
import { measure } from "../../core/evaluation/measure.ts";
import { parseCandidateReport } from "../../core/evaluation/parse-candidate-report.ts";
import { postprocessedPredictions } from "../../core/evaluation/postprocessed-predictions.ts";
import { withScorer } from "../../core/evaluation/score-frame.ts";
import type { OpenScorer } from "../../core/inference/scorer.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { answerPostprocessor } from "../../core/routines/postprocess-answers.ts";
import { routinesOf } from "../../core/routines/routine-code.ts";
import { readCandidateGraph } from "../../core/run/read-candidate-graph.ts";
import type { CandidateResult, RunReport } from "../../core/run/run-report.ts";
import { candidateFiles, storageKeys } from "../../core/storage-keys.ts";
import type { Frame, LabelledFrame } from "../../core/training/training-frame.ts";

export interface ScoringDeps {
  readonly store: Pick<ObjectStore, "get">;
  readonly openScorer: OpenScorer;
  readonly sha256: (bytes: Uint8Array) => string;
}

/** A candidate measured, with its predictions of every test row, shape [rows * width]. */
export interface ScoredCandidate extends CandidateResult {
  readonly predictions: Float32Array;
  /** Before the model's routines, where it has some. */
  readonly graphPredictions?: Float32Array;
  /** Of its inputs, where its family explains. */
  readonly contributions?: RunReport["contributions"];
}

/** What the model's routines make of a graph's predictions. */
export type Judged = (
  test: LabelledFrame,
  scored: { readonly predictions: Float32Array; readonly threshold: number },
) => Float32Array;

/** Of a definition with the routine `postprocess`; `undefined` of any other. */
export function judgedBy({ definition, compute }: LoadedDefinition): Judged | undefined {
  const run = routinesOf(definition, compute).postprocess;
  if (run === undefined) return undefined;
  const postprocess = answerPostprocessor(definition, run);
  return (test, scored) => postprocessedPredictions({ definition, postprocess }, test, scored);
}

/**
 * Scores one candidate's stored graph on the test split.
 *
 * @param judged what is measured of what it predicts. @default as it is
 * @throws {IntegrityError} if stored graph or metrics are not what training wrote.
 */
export async function scoreCandidate(
  deps: ScoringDeps,
  run: { readonly model: string; readonly runId: string; readonly task: Task },
  trained: { readonly index: number; readonly name: string; readonly graphSha256: string },
  test: LabelledFrame,
  judged?: Judged,
): Promise<ScoredCandidate> {
  const { index, name, graphSha256 } = trained;
  const folder = storageKeys.candidate(run.model, run.runId, index);
  const found = await deps.store.get(`${folder}/${candidateFiles.metrics}`);
  const {
    family,
    threshold,
    metrics: validation,
    training,
  } = parseCandidateReport(found, graphSha256);
  const scored = await withGraph(deps, run, trained, (score) => score(test));
  const predictions = judged?.(test, { predictions: scored, threshold }) ?? scored;
  const graph = judged && { graphPredictions: scored };
  const measured = measure(run.task, { ...test, predictions, threshold });
  return {
    ...{ index, name, family, graphSha256, threshold, validation, test: measured, predictions },
    ...training,
    ...graph,
  };
}

/**
 * Lends one candidate's stored graph.
 *
 * @throws {IntegrityError} if it is not what training wrote.
 */
export async function withGraph<T>(
  deps: ScoringDeps,
  run: { readonly model: string; readonly runId: string },
  candidate: { readonly index: number; readonly graphSha256: string },
  work: (score: (frame: Frame) => Promise<Float32Array>) => Promise<T>,
): Promise<T> {
  return withScorer(deps.openScorer, await readCandidateGraph(deps, run, candidate), work);
}
