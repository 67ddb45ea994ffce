import type { Task } from "../../core/definition/task.ts";
import { IntegrityError } from "../../core/errors.ts";
import { measure } from "../../core/evaluation/measure.ts";
import { parseCandidateReport } from "../../core/evaluation/parse-candidate-report.ts";
import { scoreFrame } from "../../core/evaluation/score-frame.ts";
import type { OpenScorer } from "../../core/inference/scorer.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import type { CandidateResult } from "../../core/run/run-report.ts";
import { candidateFiles, storageKeys } from "../../core/storage-keys.ts";
import type { LabelledFrame } from "../../core/training/training-frame.ts";

export interface ScoringDeps {
  readonly store: Pick<ObjectStore, "get">;
  readonly openScorer: OpenScorer;
  readonly sha256: (bytes: Uint8Array) => string;
}

/** A candidate measured, with its predictions of every test row, shape [rows * width]. */
export interface ScoredCandidate extends CandidateResult {
  readonly predictions: Float32Array;
}

/**
 * Scores one candidate's stored graph on the test split.
 *
 * @throws {IntegrityError} if stored graph or metrics are not what training wrote.
 */
export async function scoreCandidate(
  deps: ScoringDeps,
  run: { readonly model: string; readonly runId: string; readonly task: Task },
  trained: { readonly index: number; readonly name: string; readonly graphSha256: string },
  test: LabelledFrame,
): Promise<ScoredCandidate> {
  const { index, name, graphSha256 } = trained;
  const folder = storageKeys.candidate(run.model, run.runId, index);
  const found = await deps.store.get(`${folder}/${candidateFiles.metrics}`);
  const { family, threshold, metrics: validation } = parseCandidateReport(found, graphSha256);
  const predictions = await scoreGraph(
    deps,
    `${folder}/${candidateFiles.graph}`,
    graphSha256,
    test,
  );
  const measured = measure(run.task, { ...test, predictions, threshold });
  return { index, name, family, graphSha256, threshold, validation, test: measured, predictions };
}

async function scoreGraph(
  { store, openScorer, sha256 }: ScoringDeps,
  key: string,
  expectedSha256: string,
  test: LabelledFrame,
): Promise<Float32Array> {
  const graph = await store.get(key);
  const found = sha256(graph);
  if (found !== expectedSha256) {
    throw new IntegrityError(`${key} has sha-256 ${found}, not ${expectedSha256}; it is damaged`);
  }
  const scorer = await openScorer(graph);
  try {
    return await scoreFrame(scorer, test);
  } finally {
    await scorer.release();
  }
}
