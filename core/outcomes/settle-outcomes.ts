/** What became of one prediction, as somebody reported it. Times are ISO 8601 UTC strings. */
export interface Outcome {
  /** Id of the content: the same report sent again has the same id. */
  readonly outcomeId: string;
  readonly predictionId: string;
  readonly observedAt: string;
  readonly receivedAt: string;
  readonly value: number | string;
}

/** The one outcome that counts for each prediction, and how the others relate to it. */
export interface SettledOutcomes {
  /** One a prediction, in order of prediction id. */
  readonly outcomes: readonly Outcome[];
  /** Reports with the value and the time of a report that outranks them. */
  readonly repeated: number;
  /** Reports that one observed later replaced. */
  readonly corrected: number;
  /** Reports of another value than the winner's, observed at the same time. */
  readonly contradictory: number;
}

/**
 * Settles each prediction on its latest outcome: by `observedAt`, then `receivedAt`, then id.
 *
 * The result depends on the set of reports, not on their order. Every report is counted once:
 * outcomes + repeated + corrected + contradictory = reports. Costs O(n log n).
 *
 * @param reports outcomes as they came: late, repeated, corrected, in any order; times in one
 *   form of ISO 8601 UTC, so that they compare as text
 */
export function settleOutcomes(reports: readonly Outcome[]): SettledOutcomes {
  const outcomes: Outcome[] = [];
  const superseded = { repeated: 0, corrected: 0, contradictory: 0 };
  let seen = new Set<string>();
  for (const report of reports.toSorted(byPredictionThenLatest)) {
    const winner = outcomes.at(-1);
    if (winner?.predictionId !== report.predictionId) {
      outcomes.push(report);
      seen = new Set();
    } else if (seen.has(said(report))) {
      superseded.repeated += 1;
    } else if (winner.observedAt === report.observedAt) {
      superseded.contradictory += 1;
    } else {
      superseded.corrected += 1;
    }
    seen.add(said(report));
  }
  return { outcomes, ...superseded };
}

function said({ observedAt, value }: Outcome): string {
  return JSON.stringify([observedAt, value]);
}

function byPredictionThenLatest(a: Outcome, b: Outcome): number {
  return (
    compare(a.predictionId, b.predictionId) ||
    compare(b.observedAt, a.observedAt) ||
    compare(b.receivedAt, a.receivedAt) ||
    compare(b.outcomeId, a.outcomeId)
  );
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
