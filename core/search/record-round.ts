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
  const goOn = new Set(next.candidates.map(({ index }) => index));
  return {
    round: round.number,
    candidates: results.map(({ index, name, metrics, durationMs = 0 }): ExperimentRecord => {
      const trained = round.candidates.find((other) => other.index === index) as RoundCandidate;
      const { rowShare } = trained;
      return {
        ...{ index, name, ...whatOf(definition, trained), rowShare, metrics, durationMs },
        costUsd: costOf(durationMs),
        kept: rowShare === 1 || goOn.has(index),
      };
    }),
  };
}

function whatOf(
  definition: TrainedRound["definition"],
  { index, members }: RoundCandidate,
): Pick<ExperimentRecord, "family" | "parameters"> {
  const candidates = candidatesOf(definition);
  if (members === undefined) {
    const { family, parameters } = candidates[index] as Candidate;
    return { family, parameters };
  }
  const names = members.map((member) => candidates[member.index]?.name);
  return {
    family: "ensemble",
    parameters: { method: definition.ensemble?.method, members: names },
  };
}
