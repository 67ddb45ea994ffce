import { profileNumbers } from "../dataset/profile.ts";
import type { StoredDefinition } from "../definition/model-definition.ts";
import type { CandidateResult, ChampionResult, RunReport, SampleRow } from "../run/run-report.ts";
import { byteLabels, type LabelledFrame } from "../training/training-frame.ts";
import { calibrationTable, expectedCalibrationError } from "./calibration.ts";
import { confusion } from "./confusion.ts";
import { applyGates, reasonsOf } from "./gates.ts";
import { rowOf } from "./score-frame.ts";

/** Rows that a version must answer before it is promoted: enough to see every input vary. */
const SAMPLE_ROWS = 20;

/** What evaluation knows when every graph has been scored. */
export interface Evaluated {
  readonly run: Pick<RunReport, "model" | "runId" | "definitionDigest" | "datasetDigest">;
  readonly definition: Pick<StoredDefinition, "gates">;
  readonly test: LabelledFrame;
  readonly candidates: readonly CandidateResult[];
  readonly chosen: CandidateResult;
  /** Of the chosen candidate's graph on the test split. */
  readonly scores: Float32Array;
  readonly champion: ChampionResult | null;
}

/** The run's report: the chosen candidate measured, gated and set beside the others. */
export function buildRunReport(evaluated: Evaluated): RunReport {
  const { run, definition, test, candidates, chosen, scores, champion } = evaluated;
  const rows = { labels: byteLabels(test.labels), scores };
  const gates = applyGates(definition.gates, chosen.test, champion);
  const bins = calibrationTable(rows);
  return {
    ...run,
    candidate: { index: chosen.index, name: chosen.name },
    passed: gates.every(({ passed }) => passed),
    reasons: reasonsOf(gates),
    rows: test.rows,
    threshold: chosen.threshold,
    metrics: chosen.test,
    calibration: { bins, expectedError: expectedCalibrationError(bins) },
    confusion: confusion(rows, chosen.threshold),
    scoreProfile: profileNumbers(scores),
    samples: sampleRows(test, scores),
    gates,
    champion,
    candidates,
  };
}

/** Rows spread evenly over the split, the first among them. */
function sampleRows(test: LabelledFrame, scores: Float32Array): readonly SampleRow[] {
  const count = Math.min(SAMPLE_ROWS, test.rows);
  return Array.from({ length: count }, (_, i) => {
    const row = Math.floor((i * test.rows) / count);
    return { inputs: rowOf(test, row), score: scores[row] as number };
  });
}
