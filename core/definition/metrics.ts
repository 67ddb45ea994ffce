import type { TaskType } from "./task.ts";

interface MetricKind {
  /** Whether more of it is better or worse. */
  readonly direction: "higher" | "lower";
  readonly tasks: readonly TaskType[];
}

const binary: readonly TaskType[] = ["binary"];
const multiclass: readonly TaskType[] = ["multiclass"];
const classes: readonly TaskType[] = ["binary", "multiclass"];
const regression: readonly TaskType[] = ["regression"];
const ranking: readonly TaskType[] = ["ranking"];

/** Every metric there is, in the order that reports show them. */
export const METRICS = {
  rocAuc: { direction: "higher", tasks: binary },
  prAuc: { direction: "higher", tasks: binary },
  logLoss: { direction: "lower", tasks: classes },
  brier: { direction: "lower", tasks: binary },
  accuracy: { direction: "higher", tasks: classes },
  precision: { direction: "higher", tasks: binary },
  recall: { direction: "higher", tasks: binary },
  f1: { direction: "higher", tasks: binary },
  topTwoAccuracy: { direction: "higher", tasks: multiclass },
  topThreeAccuracy: { direction: "higher", tasks: multiclass },
  macroPrecision: { direction: "higher", tasks: multiclass },
  macroRecall: { direction: "higher", tasks: multiclass },
  macroF1: { direction: "higher", tasks: multiclass },
  weightedPrecision: { direction: "higher", tasks: multiclass },
  weightedRecall: { direction: "higher", tasks: multiclass },
  weightedF1: { direction: "higher", tasks: multiclass },
  microF1: { direction: "higher", tasks: multiclass },
  macroRocAuc: { direction: "higher", tasks: multiclass },
  calibrationError: { direction: "lower", tasks: classes },
  rmse: { direction: "lower", tasks: regression },
  mae: { direction: "lower", tasks: regression },
  mape: { direction: "lower", tasks: regression },
  r2: { direction: "higher", tasks: regression },
  medianAbsoluteError: { direction: "lower", tasks: regression },
  pinballLoss: { direction: "lower", tasks: regression },
  quantileCoverageError: { direction: "lower", tasks: regression },
  ndcg: { direction: "higher", tasks: ranking },
  ndcgAt5: { direction: "higher", tasks: ranking },
  ndcgAt10: { direction: "higher", tasks: ranking },
  map: { direction: "higher", tasks: ranking },
  mrr: { direction: "higher", tasks: ranking },
} as const satisfies Readonly<Record<string, MetricKind>>;

export type MetricName = keyof typeof METRICS;

/** Every metric's name, in the order reports show them. */
export const METRIC_NAMES = Object.keys(METRICS) as readonly MetricName[];

/** Metrics of a task, in the order reports show them. */
export function metricsOf(task: TaskType): readonly MetricName[] {
  return METRIC_NAMES.filter((name) => {
    const { tasks }: MetricKind = METRICS[name];
    return tasks.includes(task);
  });
}

/** What candidates are chosen by where the definition does not say. */
export const MAIN_METRIC: Readonly<Record<TaskType, MetricName>> = {
  binary: "rocAuc",
  multiclass: "logLoss",
  regression: "rmse",
  ranking: "ndcgAt10",
};

/** By how much `value` is worse than `reference`; negative where it is better. */
export function worseBy(metric: MetricName, value: number, reference: number): number {
  return METRICS[metric].direction === "higher" ? reference - value : value - reference;
}
