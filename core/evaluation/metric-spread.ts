import type { MetricName } from "../definition/metrics.ts";
import type { Task } from "../definition/task.ts";
import { drawAscending, seededRandom } from "../training/random.ts";
import { bootstrapValues, standardDeviation } from "./bootstrap-intervals.ts";
import { measurerOf } from "./measure.ts";
import { type MeasuredRows, unitsOf } from "./measured-rows.ts";
import { takeMeasured } from "./take-rows.ts";

/** Units that samples are drawn from: more make the estimate no better but slower. */
const MOST_UNITS = 2_000;

/**
 * Share of the samples that must define the metric. Of one row of class 1 among many, 37% of the samples
 * have none, of three 5%; the others then hold the same few rows again and again and hardly scatter.
 */
const LEAST_DEFINED = 0.9;

export interface SpreadOptions {
  readonly metric: MetricName;
  /** Bootstrap samples, >= 2. */
  readonly samples: number;
  readonly seed: number;
}

/**
 * How far a metric scatters: its standard error times the square root of the units it is over, so that
 * the standard error over n units like these is the spread / sqrt(n). By bootstrap over at most 2,000
 * of the units (Bickel, Götze & van Zwet 1997: m out of n).
 *
 * @returns >= 0; `undefined` if more than a tenth of the samples do not define the metric
 */
export function metricSpread(
  task: Task,
  rows: MeasuredRows,
  { metric, samples, seed }: SpreadOptions,
): number | undefined {
  const units = unitsOf(rows);
  const drawn = new Uint32Array(Math.min(units, MOST_UNITS));
  drawAscending(seededRandom(seed), units, drawn.length, drawn);
  const measurer = measurerOf(task, takeMeasured(rows, drawn));
  const values = bootstrapValues(measurer, { samples, seed, metrics: [metric] });
  const defined = values.get(metric) as number[];
  if (defined.length < LEAST_DEFINED * samples) return undefined;
  return standardDeviation(defined) * Math.sqrt(drawn.length);
}
