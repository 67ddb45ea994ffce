import type { VersionBaseline } from "../dataset/baseline.ts";
import { featureColumn } from "../inference/prediction-columns.ts";
import type { CheckDriftOutput } from "../run/messages.ts";
import { type ColumnDrift, columnDrift } from "./column-drift.ts";
import type { PredictionCounts, Window } from "./prediction-counts.ts";

/** Under what names predictions stand beside the features. */
const SCORE = "score";
const PREDICTED_CLASS = "predictedClass";

/** `reports/<model>/drift/<start>-<execution>.json`: the champion's live data against its baseline. */
export interface DriftReport {
  readonly model: string;
  /** The champion; null where the model has none. */
  readonly version: number | null;
  readonly createdAt: string;
  readonly window: Window;
  readonly verdict: CheckDriftOutput["verdict"];
  readonly predictions: number;
  /** Fewer predictions than this give no verdict. */
  readonly minPredictions: number;
  /** PSI from which a column has drifted. */
  readonly maxPsi: number;
  /** Features, the score and, of several classes, the predicted one; worst first; empty without predictions. */
  readonly columns: readonly ColumnDrift[];
  /** Features that are not compared, because their values are not logged. Absent: none. */
  readonly redacted?: readonly string[];
}

type Frame = Pick<DriftReport, "model" | "createdAt" | "window" | "minPredictions" | "maxPsi">;

/** The report of a version's predictions in a window. */
export function driftReport(
  frame: Frame,
  version: number,
  baseline: VersionBaseline,
  counts: PredictionCounts,
): DriftReport {
  const { predictions } = counts;
  const columns = predictions === 0 ? [] : columnsOf(baseline, counts, frame.maxPsi);
  const hasDrifted = columns.some((column) => column.hasDrifted);
  const verdict =
    predictions < frame.minPredictions ? "not-enough-data" : hasDrifted ? "drifted" : "stable";
  return { ...frame, version, verdict, predictions, columns };
}

/** The report of a model without a champion. */
export function reportWithoutChampion(frame: Frame): DriftReport {
  return { ...frame, version: null, verdict: "no-champion", predictions: 0, columns: [] };
}

/** Names of what drifted, worst first, at most ten; none where there was too little to judge. */
export function driftedNames({ verdict, columns }: DriftReport): readonly string[] {
  if (verdict !== "drifted") return [];
  return columns
    .filter(({ hasDrifted }) => hasDrifted)
    .map(({ name }) => name)
    .slice(0, 10);
}

function columnsOf(
  baseline: VersionBaseline,
  counts: PredictionCounts,
  maxPsi: number,
): readonly ColumnDrift[] {
  const predicted = [columnDrift(SCORE, baseline.score, counts.score, maxPsi)];
  if (baseline.predictedClass !== undefined) {
    const current = counts.predictedClass ?? [];
    predicted.push(columnDrift(PREDICTED_CLASS, baseline.predictedClass, current, maxPsi));
  }
  const taken = predicted.map(({ name }) => name);
  const features = Object.entries(baseline.features).map(([name, profile]) =>
    // A feature of such a name is told from the prediction as it is in the log: by its prefix.
    columnDrift(
      taken.includes(name) ? featureColumn(name) : name,
      profile,
      counts.features[name] ?? [],
      maxPsi,
    ),
  );
  return [...features, ...predicted].sort((a, b) => b.psi - a.psi || (a.name < b.name ? -1 : 1));
}
