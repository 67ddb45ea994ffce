import { profileNumbers } from "../dataset/profile.ts";
import type { MetricName } from "../definition/metrics.ts";
import type { StoredDefinition } from "../definition/model-definition.ts";
import { taskOf, widthOf } from "../definition/task.ts";
import type { GlobalContribution } from "../explain/global-contributions.ts";
import { watchedScores } from "../inference/watched-scores.ts";
import { leaderboard } from "../run/leaderboard.ts";
import type { RoundRecord } from "../run/round-record.ts";
import type { CandidateResult, ChampionResult, RunReport, SampleRow } from "../run/run-report.ts";
import { selectionMetric } from "../search/plan-round.ts";
import type { LabelledFrame } from "../training/training-frame.ts";
import type { ChosenFindings } from "./chosen-findings.ts";
import { fairnessGates } from "./fairness-gates.ts";
import { applyGates, reasonsOf } from "./gates.ts";
import { predictedClassProfile } from "./predicted-class-profile.ts";
import { rowOf } from "./score-frame.ts";

/** Rows that a version must answer before it is promoted: enough to see every input vary. */
const SAMPLE_ROWS = 20;

/** How much worse than the champion the main metric may be by default. */
const MOST_REGRESSION = 0.005;

/** What evaluation knows when every graph has been scored. */
export interface Evaluated {
  readonly run: Pick<RunReport, "model" | "runId" | "definitionDigest" | "datasetDigest">;
  readonly definition: Pick<StoredDefinition, "gates" | "selection" | "target">;
  readonly test: LabelledFrame;
  readonly candidates: readonly CandidateResult[];
  readonly chosen: CandidateResult;
  /** Of the chosen candidate's graph on the test split, shape [rows * width]. */
  readonly predictions: Float32Array;
  /** The same before the routine `postprocess`. @default there is none */
  readonly graphPredictions?: Float32Array | undefined;
  readonly findings: ChosenFindings;
  /** Of the chosen candidate's inputs, where its family explains. */
  readonly contributions?: readonly GlobalContribution[];
  readonly champion: ChampionResult | null;
  /** Of the rounds of training. */
  readonly rounds: readonly RoundRecord[];
}

/** The run's report: the chosen candidate measured, gated and set beside the others. */
export function buildRunReport(evaluated: Evaluated): RunReport {
  const { run, definition, test, candidates, chosen, predictions, findings, champion } = evaluated;
  const metric = selectionMetric(definition);
  const task = taskOf(definition.target);
  const watched = { width: widthOf(task), ofClasses: task.type === "multiclass" };
  const scores = watchedScores(predictions, watched);
  const { graphPredictions: byGraph = predictions } = evaluated;
  const gates = [
    ...applyGates(gatesOf(definition.gates, metric), chosen.test, champion),
    ...fairnessGates(definition.gates.fairness, findings.fairness ?? []),
  ];
  return {
    ...run,
    task: task.type,
    candidate: { index: chosen.index, name: chosen.name },
    passed: gates.every(({ passed }) => passed),
    reasons: reasonsOf(gates),
    rows: test.rows,
    threshold: chosen.threshold,
    metrics: chosen.test,
    ...findings,
    ...(evaluated.contributions && { contributions: evaluated.contributions }),
    scoreProfile: profileNumbers(scores),
    ...(task.type === "multiclass" && {
      classProfile: predictedClassProfile(test.labels, predictions, task.classes),
    }),
    // the version's graph is asked for these again, before it answers anybody
    samples: sampleRows(test, watchedScores(byGraph, watched), byGraph),
    gates,
    champion,
    candidates,
    leaderboard: leaderboard(evaluated.rounds, {
      metric,
      finalists: candidates,
      chosen: chosen.index,
    }),
  };
}

/** Where a definition says nothing of the champion, its main metric may not be much worse. */
const gatesOf = (gates: StoredDefinition["gates"], metric: MetricName) => ({
  ...gates,
  champion: gates.champion ?? [{ metric, maxRegression: MOST_REGRESSION }],
});

/** Rows spread evenly over the split, the first among them. */
function sampleRows(
  test: LabelledFrame,
  scores: Float32Array,
  predictions: Float32Array,
): readonly SampleRow[] {
  const count = Math.min(SAMPLE_ROWS, test.rows);
  const width = predictions.length / test.rows;
  return Array.from({ length: count }, (_, i) => {
    const row = Math.floor((i * test.rows) / count);
    const sample = { inputs: rowOf(test, row), score: scores[row] as number };
    if (width === 1) return sample;
    return { ...sample, predictions: [...predictions.subarray(row * width, (row + 1) * width)] };
  });
}
