import type { MetricName } from "../definition/metrics.ts";
import type { StoredDefinition } from "../definition/model-definition.ts";
import type { Task } from "../definition/task.ts";
import type {
  CalibrationBin,
  Confusion,
  GroupFairness,
  Importance,
  Intervals,
  MulticlassConfusion,
  QuantileResult,
  SliceReport,
} from "../run/evaluation-results.ts";
import { byteLabels, type Frame, type LabelledFrame } from "../training/training-frame.ts";
import { bootstrapIntervals } from "./bootstrap-intervals.ts";
import { calibrationTable, expectedCalibrationError } from "./calibration.ts";
import { classTable } from "./class-table.ts";
import { confusion } from "./confusion.ts";
import { fairness } from "./fairness.ts";
import { permutationImportances } from "./permutation-importances.ts";
import { quantileTable } from "./quantile-table.ts";
import { slices } from "./slices.ts";

/** What is found of the chosen candidate beyond its metrics; what its task does not have is absent. */
export interface ChosenFindings {
  readonly intervals: Intervals;
  /** Binary. */
  readonly calibration?: {
    /** By rising score; as many rows in each as ties allow. */
    readonly bins: readonly CalibrationBin[];
    /** Mean distance of score and share, weighted by rows. */
    readonly expectedError: number;
  };
  /** Binary. */
  readonly confusion?: Confusion;
  /** Multiclass. */
  readonly classes?: MulticlassConfusion;
  /** Regression with quantiles. */
  readonly quantiles?: readonly QuantileResult[];
  readonly slices?: SliceReport;
  /** Binary: one for each protected column. */
  readonly fairness?: readonly GroupFairness[];
  /** Permutation importances by the selection's metric, in the order of the inputs. */
  readonly importances: readonly Importance[];
}

export interface ChosenInput {
  readonly definition: Pick<StoredDefinition, "evaluation" | "seed">;
  readonly task: Task;
  readonly metric: MetricName;
  readonly test: LabelledFrame;
  /** Of the chosen candidate's graph, shape [rows * width]. */
  readonly predictions: Float32Array;
  readonly threshold: number;
  /** The chosen candidate's graph. */
  readonly score: (frame: Frame) => Promise<Float32Array>;
}

/** Looks at the chosen candidate from every side that its task has. */
export async function chosenFindings(input: ChosenInput): Promise<ChosenFindings> {
  const { definition, task, metric, test, predictions, threshold } = input;
  const {
    bootstrapSamples,
    permutationRows,
    slices: asked,
    slicePairs: pairs,
  } = definition.evaluation;
  const { seed } = definition;
  const { labels, weights, groups, context = [] } = test;
  const rows = { labels, predictions, weights, groups, threshold };
  const sliced = slices(task, rows, [...test.columns, ...context], {
    ...{ metric, asked, pairs, seed },
  });
  return {
    intervals:
      bootstrapSamples < 2
        ? {}
        : bootstrapIntervals(task, rows, { samples: bootstrapSamples, seed }),
    ...(task.type === "binary" && binaryFindings(input)),
    ...(task.type === "multiclass" && { classes: classTable(rows, task.classes) }),
    ...(task.type === "regression" &&
      task.quantiles.length > 0 && { quantiles: quantileTable(rows, task.quantiles) }),
    ...(sliced && { slices: sliced }),
    importances:
      permutationRows === 0
        ? []
        : await permutationImportances({
            ...{ task, metric, threshold, seed },
            frame: test,
            score: input.score,
            maxRows: permutationRows,
          }),
  };
}

function binaryFindings({ definition, test, predictions, threshold }: ChosenInput) {
  const rows = { labels: byteLabels(test.labels), scores: predictions };
  const bins = calibrationTable(rows);
  const { protectedGroups, favourableClass: favourable } = definition.evaluation;
  const columns = [...test.columns, ...(test.context ?? [])];
  return {
    calibration: { bins, expectedError: expectedCalibrationError(bins) },
    confusion: confusion(rows, threshold),
    fairness: columns
      .filter(({ name }) => protectedGroups.includes(name))
      .map((column) => fairness({ ...test, predictions }, column, { threshold, favourable })),
  };
}
