import type { GraphBuilder, Value } from "../onnx/graph-builder.ts";
import { vector } from "../onnx/tensor.ts";
import { CONTRIB_DOMAIN, ML_DOMAIN } from "../onnx/versions.ts";
import { END_OF_TEXT, HASH_PRIME, type TextHash } from "./text-hash.ts";

/** The bucket of each text, double [n, 1]. @param texts string [n, 1] */
export function addTextHash(graph: GraphBuilder, texts: Value, hash: TextHash): Value {
  const mixed = addCharacterHash(graph, texts, hash);
  return addRemainder(graph, mixed, hash.buckets);
}

/**
 * The hash of each text before it is put into buckets: double, the shape of the texts with a further axis of
 * size 1 where they have two, else [n, 1]. Of an empty text it is 0.
 *
 * @param texts string [n, 1]
 */
export function addCharacterHash(
  graph: GraphBuilder,
  texts: Value,
  { weights, ...codes }: Omit<TextHash, "buckets">,
): Value {
  // With its end marked, no text is without a character: the tokenizer gives no empty axis.
  const flat = addFlat(graph, texts);
  const known = addCharacterCodes(graph, addTokens(graph, flat, "character"), codes);
  // As many places as there are weights: shorter texts are filled with zeros, longer ones cut.
  const fill = graph.constant(vector(BigInt64Array.of(0n, 0n, 0n, BigInt(weights.length))));
  const filled = graph.node("Pad", [known, fill]);
  const cut = addSlice(graph, filled, 0, weights.length);
  const column = graph.constant({ dims: [weights.length, 1], values: Float64Array.from(weights) });
  // exact: all products and their sum are whole and below 2^53
  return addRemainder(graph, graph.node("MatMul", [cut, column]), HASH_PRIME);
}

/** Tokens with the end of each text, string [n, tokens], filled with "". @param texts string [n] */
export function addTokens(
  graph: GraphBuilder,
  texts: Value,
  unit: "character" | { readonly pattern: string },
): Value {
  const end = graph.constant(vector([END_OF_TEXT]));
  const ended = graph.node("StringConcat", [texts, end]);
  return graph.node("Tokenizer", [ended], {
    domain: CONTRIB_DOMAIN,
    attributes: {
      ...(unit === "character"
        ? { separators: { strings: [""] } }
        : { tokenexp: { string: unit.pattern } }),
      mark: { int: 0 },
      mincharnum: { int: 1 },
      pad_value: { string: "" },
    },
  });
}

/** Code of each character, double; 0 for the end of a text and what fills up behind it. */
export function addCharacterCodes(
  graph: GraphBuilder,
  characters: Value,
  { alphabet, otherCode }: Pick<TextHash, "alphabet" | "otherCode">,
): Value {
  return graph.node("LabelEncoder", [characters], {
    domain: ML_DOMAIN,
    attributes: {
      keys_strings: { strings: [...alphabet.keys(), END_OF_TEXT, ""] },
      values_tensor: { tensor: vector(Float64Array.from([...alphabet.values(), 0, 0])) },
      default_tensor: { tensor: vector(Float64Array.of(otherCode)) },
    },
  });
}

export function addRemainder(graph: GraphBuilder, value: Value, divisor: number): Value {
  const by = graph.constant(vector(Float64Array.of(divisor)));
  return graph.node("Mod", [value, by], { attributes: { fmod: { int: 1 } } });
}

/** All elements as one row, [n]. */
export function addFlat(graph: GraphBuilder, value: Value): Value {
  return graph.node("Reshape", [value, graph.constant(vector(BigInt64Array.of(-1n)))]);
}

/** Columns `from` to `to` (exclusive; below 0 from the end) of [n, columns]. */
export function addSlice(graph: GraphBuilder, value: Value, from: number, to: number): Value {
  const index = (at: number) => graph.constant(vector(BigInt64Array.of(BigInt(at))));
  return graph.node("Slice", [value, index(from), index(to), index(1)]);
}
