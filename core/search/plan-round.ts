import { MAIN_METRIC, type MetricName, worseBy } from "../definition/metrics.ts";
import type { StoredDefinition } from "../definition/model-definition.ts";
import type { SearchSpace } from "../definition/search-schema.ts";
import type { Metrics } from "../registry/records.ts";
import { candidatesOf } from "./candidates-of.ts";

export type Searched = Pick<
  StoredDefinition,
  "candidates" | "search" | "ensemble" | "selection" | "seed" | "target"
>;

/** A candidate as one round trains it. */
export interface RoundCandidate {
  readonly index: number;
  readonly name: string;
  /** Share of the training rows that it sees, above 0 and at most 1. */
  readonly rowShare: number;
  /** Of an ensemble: the trained candidates that it is made of. */
  readonly members?: readonly EnsembleMember[];
}

export interface EnsembleMember {
  readonly index: number;
  readonly graphSha256: string;
}

/** Candidates that are trained beside each other. */
export interface Round {
  /** 0, 1, 2… */
  readonly number: number;
  readonly candidates: readonly RoundCandidate[];
}

/** What a candidate's training answered. */
export interface RoundResult {
  readonly index: number;
  readonly name: string;
  /** Absent where it saw a share of the rows only. */
  readonly graphSha256?: string | undefined;
  /** On the validation split. */
  readonly metrics: Metrics;
  readonly durationMs?: number | undefined;
}

/** Trained on all rows, with a graph. */
export type Finalist = RoundResult & { readonly graphSha256: string };

/** Where a run's search stands after a round. */
export interface SearchProgress {
  readonly round: Round;
  readonly finalists: readonly Finalist[];
  /** Training time of every candidate of every round so far. */
  readonly spentMs: number;
}

/** The candidates' first round: all of them, on all rows, or on the first share of a search. */
export function firstRound(definition: Searched): Round {
  const rowShare = rowShareOf(definition, 0);
  return {
    number: 0,
    candidates: candidatesOf(definition).map(({ name }, index) => ({ index, name, rowShare })),
  };
}

/** The metric that candidates are compared by. */
export const selectionMetric = ({
  selection,
  target,
}: Pick<StoredDefinition, "selection" | "target">): MetricName =>
  selection.metric ?? MAIN_METRIC[target.type];

/**
 * What follows a round, by successive halving (Jamieson & Talwalkar 2016): the best share of its
 * candidates is trained again on more rows, until all rows were seen; then the ensemble, if one is
 * asked for and there are two candidates to make it of.
 *
 * A round that would exceed the search's budget is begun with fewer candidates; the best one always
 * goes on. What a candidate will take is reckoned from what it took, in proportion to the rows.
 *
 * @param before without the round's own results
 * @param results one for each candidate of the round
 * @returns where the search stands; its round has no candidates where the search is over
 */
export function nextRound(
  definition: Searched,
  before: SearchProgress,
  results: readonly RoundResult[],
): SearchProgress {
  const { round } = before;
  const number = round.number + 1;
  const spentMs = before.spentMs + results.reduce((sum, { durationMs = 0 }) => sum + durationMs, 0);
  const finalists = [...before.finalists, ...results.filter(isFinalist)];
  const ranked = bestFirst(selectionMetric(definition), results);
  const { search, ensemble } = definition;
  const share = rowShareOf(definition, round.number);
  if (search !== undefined && share < 1) {
    const nextShare = rowShareOf(definition, number);
    const best = keepBest(search, ensemble?.best ?? 1, ranked);
    const kept = affordable(search, best, { spentMs, growth: nextShare / share });
    const candidates = kept
      .toSorted((a, b) => a.index - b.index)
      .map(({ index, name }) => ({ index, name, rowShare: nextShare }));
    return { round: { number, candidates }, finalists, spentMs };
  }
  const isEnsemble = round.candidates.some(({ members }) => members !== undefined);
  const candidates = isEnsemble ? [] : ensembleOf(definition, finalists);
  return { round: { number, candidates }, finalists, spentMs };
}

/** The rounds before the last see keepShare, keepShare^2… of the rows. */
function rowShareOf({ search }: Searched, round: number): number {
  if (search === undefined) return 1;
  const { rounds, keepShare } = search;
  return keepShare ** Math.max(0, rounds - 1 - round);
}

/** Best first; of equally good ones, and of those without the metric, the first. */
function bestFirst<Result extends RoundResult>(
  metric: MetricName,
  results: readonly Result[],
): readonly Result[] {
  const badness = (result: Result) => {
    const value = result.metrics[metric];
    return value === undefined ? Number.POSITIVE_INFINITY : worseBy(metric, value, 0);
  };
  return results.toSorted((a, b) => {
    const [x, y] = [badness(a), badness(b)];
    return x === y ? a.index - b.index : x - y;
  });
}

function keepBest(
  { keepShare }: SearchSpace,
  atLeast: number,
  ranked: readonly RoundResult[],
): readonly RoundResult[] {
  return ranked.slice(0, Math.max(atLeast, Math.round(ranked.length * keepShare)));
}

/** As many of the best as the budget allows, at least one. */
function affordable(
  { budgetSeconds }: SearchSpace,
  ranked: readonly RoundResult[],
  { spentMs, growth }: { readonly spentMs: number; readonly growth: number },
): readonly RoundResult[] {
  let reckoned = spentMs;
  return ranked.filter(({ durationMs = 0 }, i) => {
    reckoned += durationMs * growth;
    return i === 0 || reckoned <= budgetSeconds * 1000;
  });
}

function ensembleOf(
  definition: Searched,
  finalists: readonly Finalist[],
): readonly RoundCandidate[] {
  const { ensemble } = definition;
  if (ensemble === undefined || finalists.length < 2) return [];
  const best = bestFirst(selectionMetric(definition), finalists).slice(0, ensemble.best);
  const members = best.map(({ index, graphSha256 }) => ({ index, graphSha256 }));
  const index = candidatesOf(definition).length;
  return [{ index, name: ENSEMBLE_NAME, rowShare: 1, members }];
}

/** Name of the candidate that is made of others; drawn and named ones may not have it. */
export const ENSEMBLE_NAME = "ensemble";

const isFinalist = (result: RoundResult): result is Finalist => result.graphSha256 !== undefined;
