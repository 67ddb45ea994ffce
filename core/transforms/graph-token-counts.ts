import type { GraphBuilder, Value } from "../onnx/graph-builder.ts";
import { ELEMENT, vector } from "../onnx/tensor.ts";
import {
  addCharacterCodes,
  addCharacterHash,
  addFlat,
  addRemainder,
  addSlice,
  addTokens,
} from "./graph-text-hash.ts";
import { END_OF_TEXT, HASH_PRIME } from "./text-hash.ts";
import {
  columnsOf,
  type HashedRuns,
  type TextTokens,
  WORD_CODES,
  WORD_IN_GRAPH,
} from "./text-tokens.ts";

/** No size that a slice could reach. */
const TO_THE_END = 2 ** 31;

/** Weighed counts of runs of tokens, one column double [n, 1] a run. @param texts string [n, 1] */
export function addTokenCounts(
  graph: GraphBuilder,
  texts: Value,
  tokens: TextTokens,
): readonly Value[] {
  const found = addLimitedTokens(graph, texts, tokens);
  const { runs } = tokens;
  const counts =
    runs.kind === "known"
      ? addKnownCounts(graph, found, tokens, runs.runs)
      : addHashedCounts(graph, found, tokens, runs);
  const weighed = addWeights(graph, counts, tokens);
  return Array.from({ length: columnsOf(tokens) }, (_, at) => {
    const index = graph.constant(vector(BigInt64Array.of(BigInt(at))));
    return graph.node("Gather", [weighed, index], { attributes: { axis: { int: 1 } } });
  });
}

/** Tokens, string [n, tokens]. */
function addLimitedTokens(
  graph: GraphBuilder,
  texts: Value,
  { unit, lowerCase, maxTokens }: TextTokens,
): Value {
  const flat = addFlat(graph, texts);
  // The locale C changes A to Z alone, wherever the graph runs; others may not be installed.
  const cased = lowerCase
    ? graph.node("StringNormalizer", [flat], {
        attributes: { case_change_action: { string: "LOWER" }, locale: { string: "C" } },
      })
    : flat;
  const found = addTokens(graph, cased, unit === "word" ? { pattern: WORD_IN_GRAPH } : unit);
  return addSlice(graph, found, 0, maxTokens);
}

/** Counts of known runs, double [n, runs]. */
function addKnownCounts(
  graph: GraphBuilder,
  tokens: Value,
  { shortest, longest }: TextTokens,
  runs: readonly (readonly string[])[],
): Value {
  const lengths = Array.from({ length: longest }, (_, i) => i + 1);
  const before = (length: number) =>
    runs.reduce((sum, run) => (run.length < length ? sum + run.length : sum), 0);
  const counts = graph.node("TfIdfVectorizer", [tokens], {
    attributes: {
      mode: { string: "TF" },
      min_gram_length: { int: shortest },
      max_gram_length: { int: longest },
      max_skip_count: { int: 0 },
      ngram_counts: { ints: lengths.map(before) },
      ngram_indexes: { ints: runs.map((_, at) => at) },
      pool_strings: { strings: runs.flat() },
    },
  });
  return asDouble(graph, counts);
}

/** Counts of buckets, double [n, buckets]. */
function addHashedCounts(
  graph: GraphBuilder,
  tokens: Value,
  { unit, shortest }: TextTokens,
  hashed: HashedRuns,
): Value {
  const codes =
    unit === "character"
      ? addCharacterCodes(graph, tokens, hashed)
      : addWordCodes(graph, tokens, hashed);
  const buckets = hashed.runWeights.map((weights, i) =>
    addRunBuckets(graph, codes, shortest + i, weights, hashed.buckets),
  );
  const all = graph.node("Concat", buckets, { attributes: { axis: { int: 1 } } });
  const places = Array.from({ length: hashed.buckets }, (_, at) => at);
  const counts = graph.node("TfIdfVectorizer", [all], {
    attributes: {
      mode: { string: "TF" },
      min_gram_length: { int: 1 },
      max_gram_length: { int: 1 },
      max_skip_count: { int: 0 },
      ngram_counts: { ints: [0] },
      ngram_indexes: { ints: places },
      pool_int64s: { ints: places },
    },
  });
  return asDouble(graph, counts);
}

/** Code of each word from 1 on, double [n, words]; 0 for the end of a text and behind it. */
function addWordCodes(graph: GraphBuilder, words: Value, hashed: HashedRuns): Value {
  const hash = addRemainder(graph, addCharacterHash(graph, words, hashed), WORD_CODES);
  const one = graph.constant(vector(Float64Array.of(1)));
  const shaped = graph.node("Reshape", [
    graph.node("Add", [hash, one]),
    graph.node("Shape", [words]),
  ]);
  const isNone = ["", END_OF_TEXT].map((text) =>
    graph.node("Equal", [words, graph.constant({ dims: [1, 1], values: [text] })]),
  );
  const zero = graph.constant(vector(Float64Array.of(0)));
  return graph.node("Where", [graph.node("Or", isNone), zero, shaped]);
}

/** Bucket of the run that begins at each token, int64 [n, tokens]; `buckets` where it has no full length. */
function addRunBuckets(
  graph: GraphBuilder,
  codes: Value,
  length: number,
  weights: readonly number[],
  buckets: number,
): Value {
  const fill = graph.constant(vector(BigInt64Array.of(0n, 0n, 0n, BigInt(length - 1))));
  const filled = graph.node("Pad", [codes, fill]);
  const places = weights.map((_, place) => {
    const end = place - length + 1;
    return addSlice(graph, filled, place, end === 0 ? TO_THE_END : end);
  });
  const products = places.map((place, i) => {
    const weight = graph.constant(vector(Float64Array.of(weights[i] as number)));
    return graph.node("Mul", [place, weight]);
  });
  const sum = products.reduce((a, b) => graph.node("Add", [a, b]));
  const least = places.reduce((a, b) => graph.node("Min", [a, b]));
  const bucket = addRemainder(graph, addRemainder(graph, sum, HASH_PRIME), buckets);
  const zero = graph.constant(vector(Float64Array.of(0)));
  const none = graph.constant(vector(Float64Array.of(buckets)));
  const chosen = graph.node("Where", [graph.node("Greater", [least, zero]), bucket, none]);
  return graph.node("Cast", [chosen], { attributes: { to: { int: ELEMENT.int64 } } });
}

function addWeights(
  graph: GraphBuilder,
  counts: Value,
  { binary, columnWeights, normalise }: TextTokens,
): Value {
  const one = graph.constant(vector(Float64Array.of(1)));
  const counted = binary ? graph.node("Min", [counts, one]) : counts;
  const weights = graph.constant({
    dims: [1, columnWeights.length],
    values: Float64Array.from(columnWeights),
  });
  const weighed = graph.node("Mul", [counted, weights]);
  if (!normalise) return weighed;
  const axis = graph.constant(vector(BigInt64Array.of(1n)));
  const length = graph.node("Sqrt", [graph.node("ReduceSumSquare", [weighed, axis])]);
  const zero = graph.constant(vector(Float64Array.of(0)));
  const divisor = graph.node("Where", [graph.node("Equal", [length, zero]), one, length]);
  return graph.node("Div", [weighed, divisor]);
}

const asDouble = (graph: GraphBuilder, value: Value) =>
  graph.node("Cast", [value], { attributes: { to: { int: ELEMENT.double } } });
