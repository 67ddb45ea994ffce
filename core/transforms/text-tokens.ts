import { END_OF_TEXT, HASH_PRIME, hashOf } from "./text-hash.ts";

/**
 * A word: a run of ASCII letters and digits and of all that is not ASCII. No table of Unicode decides, so
 * that RE2 in the graph and JavaScript agree on every text.
 */
export const WORD_IN_GRAPH = "[0-9A-Za-z\\x{80}-\\x{10FFFF}]+|\\x03";
const WORD = new RegExp(`[0-9A-Za-z\\u{80}-\\u{10FFFF}]+|${END_OF_TEXT}`, "gu");

/** Codes of words stay below this, so that sums of runs are exact in doubles. */
export const WORD_CODES = 2 ** 20;

/** Runs that are known: a column each. */
export interface KnownRuns {
  readonly kind: "known";
  /** Tokens of each run, of one length after the other. */
  readonly runs: readonly (readonly string[])[];
}

/** Runs that are hashed: a column for each bucket. */
export interface HashedRuns {
  readonly kind: "hashed";
  readonly buckets: number;
  readonly alphabet: ReadonlyMap<string, number>;
  readonly otherCode: number;
  /** Of the places in a word; not used where tokens are characters. */
  readonly weights: readonly number[];
  /** For each length of runs, from the shortest: weights of its places, whole, below 2^28. */
  readonly runWeights: readonly (readonly number[])[];
}

/** How texts become counts of runs of tokens (n-grams). */
export interface TextTokens {
  readonly unit: "word" | "character";
  /** A to Z become a to z; other letters stay as they are. */
  readonly lowerCase: boolean;
  /** Tokens of a text that count, from its start. */
  readonly maxTokens: number;
  /** Shortest and longest run of tokens. */
  readonly shortest: number;
  readonly longest: number;
  readonly runs: KnownRuns | HashedRuns;
  /** Whether a run counts once in a text. */
  readonly binary: boolean;
  /** What each column is multiplied by, shape [columns]. */
  readonly columnWeights: readonly number[];
  /** Whether each row has the length 1 afterwards, or 0. */
  readonly normalise: boolean;
}

/** Number of columns that come out. */
export const columnsOf = ({ runs }: TextTokens): number =>
  runs.kind === "known" ? runs.runs.length : runs.buckets;

/** The tokens of a text; the last may be `END_OF_TEXT`. */
export function tokensOf(
  text: string,
  { unit, lowerCase, maxTokens }: Pick<TextTokens, "unit" | "lowerCase" | "maxTokens">,
): readonly string[] {
  const cased = lowerCase ? text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : text;
  const ended = cased + END_OF_TEXT;
  // END_OF_TEXT is a token of its own, so something always matches.
  const tokens = unit === "character" ? [...ended] : (ended.match(WORD) as string[]);
  return tokens.slice(0, maxTokens);
}

/** Every run of tokens of the given lengths, without those over the end of the text. */
export function runsOf(
  tokens: readonly string[],
  { shortest, longest }: Pick<TextTokens, "shortest" | "longest">,
): readonly (readonly string[])[] {
  const runs: (readonly string[])[] = [];
  for (let length = shortest; length <= longest; length++) {
    for (let begin = 0; begin + length <= tokens.length; begin++) {
      const run = tokens.slice(begin, begin + length);
      if (!run.includes(END_OF_TEXT)) runs.push(run);
    }
  }
  return runs;
}

/** Of a run as one string: no text has a NUL. */
export const runKey = (run: readonly string[]): string => run.join("\0");

/** The bucket of a run of tokens. */
export function bucketOfRun(
  run: readonly string[],
  { unit, shortest }: Pick<TextTokens, "unit" | "shortest">,
  hashed: HashedRuns,
): number {
  const weights = hashed.runWeights[run.length - shortest] as readonly number[];
  let sum = 0;
  run.forEach((token, place) => {
    const code =
      unit === "character"
        ? (hashed.alphabet.get(token) ?? hashed.otherCode)
        : (hashOf([...token], hashed) % WORD_CODES) + 1;
    sum += code * (weights[place] as number);
  });
  return (sum % HASH_PRIME) % hashed.buckets;
}

/** What each column counts of a text, before weights. */
export function countRuns(text: string, tokens: TextTokens): ReadonlyMap<number, number> {
  const { runs } = tokens;
  const counts = new Map<number, number>();
  const placeOf = placesOf(tokens);
  for (const run of runsOf(tokensOf(text, tokens), tokens)) {
    const place = runs.kind === "known" ? placeOf.get(runKey(run)) : bucketOfRun(run, tokens, runs);
    if (place !== undefined) counts.set(place, tokens.binary ? 1 : (counts.get(place) ?? 0) + 1);
  }
  return counts;
}

const places = new WeakMap<TextTokens, ReadonlyMap<string, number>>();

function placesOf(tokens: TextTokens): ReadonlyMap<string, number> {
  const known = places.get(tokens);
  if (known) return known;
  const { runs } = tokens;
  const made = new Map(
    runs.kind === "known" ? runs.runs.map((run, place) => [runKey(run), place]) : [],
  );
  places.set(tokens, made);
  return made;
}
