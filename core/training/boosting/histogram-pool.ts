/** Most bytes that histograms of open leaves may take; beyond it they are summed up anew. */
const BUDGET_BYTES = 256 * 1024 * 1024;

/** Histograms of one length, used again and again, within a budget of memory. */
export interface HistogramPool {
  take(): Float64Array;
  giveBack(histogram: Float64Array): void;
  /** Whether a leaf may hold on to its histogram until it is split. */
  mayKeep(): boolean;
}

/** @param allocate a new histogram; called at most `mostHistograms` times */
export function histogramPool(
  length: number,
  allocate: () => Float64Array,
  budgetBytes = BUDGET_BYTES,
): HistogramPool {
  const idle: Float64Array[] = [];
  const allowed = keptHistograms(length, budgetBytes);
  let taken = 0;
  return {
    take() {
      taken++;
      return idle.pop() ?? allocate();
    },
    giveBack(histogram) {
      taken--;
      idle.push(histogram);
    },
    mayKeep: () => taken <= allowed,
  };
}

/** How many histograms a tree with so many leaves can have in use at once. */
export function mostHistograms(length: number, leaves: number, budgetBytes = BUDGET_BYTES): number {
  return Math.min(leaves, keptHistograms(length, budgetBytes)) + 2;
}

/** One split needs two histograms in hand, whatever the budget says. */
function keptHistograms(length: number, budgetBytes: number): number {
  return Math.max(2, Math.floor(budgetBytes / (length * 8)) - 2);
}
