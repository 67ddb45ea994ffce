import { candidateSchema } from "../definition/candidate-schema.ts";
import type { Candidate, StoredDefinition } from "../definition/model-definition.ts";
import { drawCandidates } from "./draw-candidates.ts";

/**
 * Every candidate of a definition: those that it names, then those that its search draws. A candidate's
 * place here is its index everywhere.
 */
export function candidatesOf({
  candidates,
  search,
  seed,
}: Pick<StoredDefinition, "candidates" | "search" | "seed">): readonly Candidate[] {
  if (search === undefined) return candidates;
  const drawn = drawCandidates(search, seed).map((candidate) => candidateSchema.parse(candidate));
  return [...candidates, ...drawn];
}
