import { seededRandom } from "../training/random.ts";

/**
 * Stands behind the last token of every text in the graph, so that each has one token at least. It has no
 * code and is part of no counted run. A control character that no text needs.
 */
export const END_OF_TEXT = "\u0003";

/** Characters of a text that count; what comes after is not seen. */
export const HASHED_CHARACTERS = 64;

/** Largest alphabet: it is stored in the graph. */
const MOST_CHARACTERS = 8_192;

/** The largest prime below 2^31: products of codes and weights stay exact in doubles. */
export const HASH_PRIME = 2_147_483_647;

/** Blocks that are always told apart: ASCII, Latin, Greek, Cyrillic. From and to, by code point. */
const BLOCKS = [
  [0x20, 0x7e],
  [0xa1, 0x24f],
  [0x370, 0x4ff],
] as const;

/**
 * A hash that standard operators can compute on any string: the sum over characters of code * weight of the
 * place, modulo a prime, modulo the number of buckets (multilinear hashing; Lemire and Kaser 2014, Strongly
 * universal string hashing is fast).
 */
export interface TextHash {
  readonly buckets: number;
  /** Weight of each place, whole, 1 to 2^31 - 2, shape [HASHED_CHARACTERS]. */
  readonly weights: readonly number[];
  /** Code of each character, from 1 on. */
  readonly alphabet: ReadonlyMap<string, number>;
  /** Code of characters that are not in the alphabet. */
  readonly otherCode: number;
}

/** @param texts whose characters are told apart, as far as there is room */
export function makeTextHash(buckets: number, seed: number, texts: Iterable<string>): TextHash {
  const alphabet = alphabetOf(texts);
  return {
    buckets,
    weights: drawWeights(HASHED_CHARACTERS, seed),
    alphabet,
    otherCode: alphabet.size + 1,
  };
}

/** Seeded whole numbers, 1 to 2^31 - 2. */
export function drawWeights(count: number, seed: number): readonly number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => 1 + (random.nextUint32() % (HASH_PRIME - 1)));
}

/** Code of each character: those of the blocks, then those of the texts as they come. */
export function alphabetOf(texts: Iterable<string>): ReadonlyMap<string, number> {
  const codes = new Map<string, number>();
  for (const [from, to] of BLOCKS) {
    for (let point = from; point <= to; point++) {
      codes.set(String.fromCodePoint(point), codes.size + 1);
    }
  }
  for (const text of texts) {
    for (const character of text) {
      if (codes.size >= MOST_CHARACTERS) return codes;
      if (character !== END_OF_TEXT && !codes.has(character)) codes.set(character, codes.size + 1);
    }
  }
  return codes;
}

/** The hash before it is put into buckets, 0 to 2^31 - 2. */
export function hashOf(
  characters: readonly string[],
  { alphabet, otherCode, weights }: Omit<TextHash, "buckets">,
): number {
  let sum = 0;
  for (const [place, character] of characters.slice(0, weights.length).entries()) {
    const code = character === END_OF_TEXT ? 0 : (alphabet.get(character) ?? otherCode);
    sum += code * (weights[place] as number);
  }
  return sum % HASH_PRIME;
}

/** The bucket of a text. */
export const bucketOf = (text: string, hash: TextHash): number =>
  hashOf([...text], hash) % hash.buckets;
