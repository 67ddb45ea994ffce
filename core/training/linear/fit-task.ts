import type { Task } from "../../definition/task.ts";
import { fitQuantile } from "./fit-quantile.ts";
import { type Fit, type FitOptions, fitScores, type TrainingRows } from "./fit-scores.ts";
import { lossOf, type Target } from "./target.ts";

/** A task's scores, fitted, and what is told of it. */
export interface TaskFit {
  /** For each score its coefficients, in the target's unit. Shape [scores][width + 1]. */
  readonly coefficients: readonly Float64Array[];
  readonly iterations: number;
  /** Whether every fit met the tolerance. */
  readonly converged: boolean;
  /** Mean penalised loss; of a regression that of its mean, with the target standardised. */
  readonly penalisedLoss: number;
}

/** Fits every score of a task: all at once, or the mean and then each quantile. */
export function fitTask(
  task: Task,
  training: TrainingRows,
  target: Target,
  options: FitOptions,
): TaskFit {
  const first = fitScores(training, lossOf(task, target), options);
  const quantiles = task.type === "regression" ? task.quantiles : [];
  const others = quantiles.map((quantile) =>
    fitQuantile(training, target, quantile, { options, from: first }),
  );
  const fits: readonly Fit[] = [first, ...others];
  return {
    coefficients: fits.flatMap((fit) => fit.coefficients.map((own) => inUnit(own, target))),
    iterations: fits.reduce((sum, { iterations }) => sum + iterations, 0),
    converged: fits.every(({ converged }) => converged),
    penalisedLoss: first.value,
  };
}

/** Coefficients of the target as it came, made of those of the standardised one. */
function inUnit(coefficients: Float64Array, { mean, deviation }: Target): Float64Array {
  const scaled = coefficients.map((coefficient) => coefficient * deviation);
  scaled[0] = (scaled[0] as number) + mean;
  return scaled;
}
