import type { ParameterSpace, SearchSpace } from "../definition/search-schema.ts";
import { type Random, seededRandom } from "../training/random.ts";

/** A candidate as the definition could have named it, not yet checked. */
export interface DrawnCandidate {
  readonly name: string;
  readonly family: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/**
 * Draws the candidates of a search: one family after the other, parameters by name, all from one
 * seeded sequence. Equal spaces and seeds give equal candidates.
 *
 * @returns `search.candidates` candidates named `<family>-1`, `<family>-2`…
 */
export function drawCandidates(search: SearchSpace, seed: number): readonly DrawnCandidate[] {
  const random = seededRandom(seed);
  const counts = new Map<string, number>();
  return Array.from({ length: search.candidates }, (_, i) => {
    const { family, parameters } = search.families[
      i % search.families.length
    ] as SearchSpace["families"][number];
    const count = (counts.get(family) ?? 0) + 1;
    counts.set(family, count);
    const drawn = Object.entries(parameters)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, space]) => [name, drawValue(space, random)]);
    return { name: `${family}-${count}`, family, parameters: Object.fromEntries(drawn) };
  });
}

function drawValue(space: ParameterSpace, random: Random): unknown {
  if (isRange(space)) return drawNumber(space, uniform(random));
  if (isChoice(space)) {
    return space.oneOf[Math.floor(uniform(random) * space.oneOf.length)];
  }
  return space;
}

type Range = Extract<ParameterSpace, { readonly whole: boolean }>;

type Choice = Extract<ParameterSpace, { readonly oneOf: readonly unknown[] }>;

export const isRange = (space: ParameterSpace): space is Range =>
  typeof space === "object" && "scale" in space && "whole" in space;

const isChoice = (space: ParameterSpace): space is Choice =>
  typeof space === "object" && "oneOf" in space && Array.isArray(space.oneOf);

/** @param at 0..1, exclusive */
function drawNumber({ from, to, scale, whole }: Range, at: number): number {
  // A whole number takes the span around it, so that both ends are as likely as the others.
  const [low, high] = whole ? [Math.ceil(from) - 0.5, Math.floor(to) + 0.5] : [from, to];
  const value =
    scale === "log"
      ? Math.exp(Math.log(low) + at * (Math.log(high) - Math.log(low)))
      : low + at * (high - low);
  return whole ? Math.round(value) : Math.min(Math.max(value, from), to);
}

/** 0..1, exclusive. */
const uniform = (random: Random) => random.nextUint32() / 2 ** 32;
