import { type MetricName, worseBy } from "../definition/metrics.ts";
import type { ExperimentRecord, RoundRecord } from "./round-record.ts";

/** A candidate of a run beside the others, over all rounds that it reached. */
export interface LeaderboardEntry {
  readonly index: number;
  readonly name: string;
  readonly family: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The last round that it reached; 0 is the first. */
  readonly round: number;
  /** Share of the training rows that it saw there. */
  readonly rowShare: number;
  /** The selection's metric. */
  readonly metric: MetricName;
  /** Its value on the validation split, in that round; null where it does not exist. */
  readonly validation: number | null;
  /** The same on the test split; null where it did not see all rows. */
  readonly test: number | null;
  /** Of its trainings together. */
  readonly durationMs: number;
  /** Of its trainings together; null where a price is not known. */
  readonly costUsd: number | null;
  readonly chosen: boolean;
}

interface Finalist {
  readonly index: number;
  readonly test: Readonly<Partial<Record<MetricName, number>>>;
}

/**
 * Every candidate of a run, best first: by the share of rows that it got to see, then by the metric on
 * the validation split, then by index.
 */
export function leaderboard(
  rounds: readonly RoundRecord[],
  {
    metric,
    finalists,
    chosen,
  }: {
    readonly metric: MetricName;
    readonly finalists: readonly Finalist[];
    /** Index of the chosen candidate. */
    readonly chosen: number;
  },
): readonly LeaderboardEntry[] {
  const trainings = rounds.flatMap(({ round, candidates }) =>
    candidates.map((candidate) => ({ ...candidate, round })),
  );
  const indexes = [...new Set(trainings.map(({ index }) => index))];
  const entries = indexes.map((index): LeaderboardEntry => {
    const own = trainings.filter((training) => training.index === index);
    const { name, family, parameters, round, rowShare, metrics } = own.at(-1) as (typeof own)[0];
    const finalist = finalists.find((candidate) => candidate.index === index);
    return {
      ...{ index, name, family, parameters, round, rowShare, metric },
      validation: metrics[metric] ?? null,
      test: finalist?.test[metric] ?? null,
      durationMs: own.reduce((sum, { durationMs }) => sum + durationMs, 0),
      costUsd: costOf(own),
      chosen: index === chosen,
    };
  });
  const badness = ({ validation }: LeaderboardEntry) =>
    validation === null ? Number.POSITIVE_INFINITY : worseBy(metric, validation, 0);
  return entries.toSorted(
    // two infinities differ by NaN: the index decides
    (a, b) => b.rowShare - a.rowShare || badness(a) - badness(b) || a.index - b.index,
  );
}

const costOf = (trainings: readonly ExperimentRecord[]) =>
  trainings.reduce<number | null>(
    (sum, { costUsd }) => (sum === null || costUsd === null ? null : sum + costUsd),
    0,
  );
