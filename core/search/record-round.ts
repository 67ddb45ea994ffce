import type { Candidate, StoredDefinition } from "../definition/model-definition.ts";
import type { ExperimentRecord, RoundRecord } from "../run/round-record.ts";
import { candidatesOf } from "./candidates-of.ts";
import type { Round, RoundCandidate, RoundResult } from "./plan-round.ts";

interface TrainedRound {
  readonly definition: Pick<StoredDefinition, "candidates" | "search" | "ensemble" | "seed">;
  readonly round: Round;
  /** One for each candidate of the round. */
  readonly results: readonly RoundResult[];
  /** What follows. */
  readonly next: Round;
}

/**
 * What one round tried and found.
 *
 * @param costOf USD of a training by its duration; null where a price is not known
 */
export function recordRound(
  { definition, round, results, next }: TrainedRound,
  costOf: (durationMs: number) => number | null,
): RoundRecord {
  const candidates = candidatesOf(definition);
  const goOn = new Set(next.candidates.map(({ index }) => index));
  return {
    round: round.number,
    candidates: results.map(({ index, name, metrics, durationMs = 0 }): ExperimentRecord => {
      const trained = round.candidates.find((other) => other.index === index);
      const rowShare = trained?.rowShare ?? 1;
      return {
        index,
        name,
        ...(candidates[index] ? whatOf(candidates[index]) : ensembleOf(definition, trained)),
        ...{ rowShare, metrics, durationMs, costUsd: costOf(durationMs) },
        kept: rowShare === 1 || goOn.has(index),
      };
    }),
  };

  function ensembleOf({ ensemble }: TrainedRound["definition"], trained?: RoundCandidate) {
    const members = trained?.members?.map(({ index }) => candidates[index]?.name) ?? [];
    return { family: "ensemble", parameters: { method: ensemble?.method, members } };
  }
}

const whatOf = ({ family, parameters }: Candidate) => ({ family, parameters: { ...parameters } });
