/** Most bytes that histograms of open leaves may take; beyond it they are summed up anew. */
const BUDGET_BYTES = 256 * 1024 * 1024;

/** Histograms of one length, used again and again, within a budget of memory. */
export interface HistogramPool {
  take(): Float64Array;
  giveBack(histogram: Float64Array): void;
  /** Whether a leaf may hold on to its histogram until it is split. */
  mayKeep(): boolean;
}

export function histogramPool(length: number, budgetBytes = BUDGET_BYTES): HistogramPool {
  const idle: Float64Array[] = [];
  // One split needs two histograms in hand, whatever the budget says.
  const allowed = Math.max(2, Math.floor(budgetBytes / (length * 8)) - 2);
  let taken = 0;
  return {
    take() {
      taken++;
      return idle.pop() ?? new Float64Array(length);
    },
    giveBack(histogram) {
      taken--;
      idle.push(histogram);
    },
    mayKeep: () => taken <= allowed,
  };
}
