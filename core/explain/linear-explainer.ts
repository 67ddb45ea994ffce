import { z } from "zod";
import { canonicalJson } from "../canonical-json.ts";
import { IntegrityError } from "../errors.ts";
import { parseStored } from "../stored-json.ts";
import { textInGraph } from "../training/categories.ts";
import { linearContributions, meanPart } from "../training/linear/contributions.ts";
import type { LinearModel } from "../training/linear/linear-model.ts";
import type {
  CategoryColumn,
  Frame,
  FrameColumn,
  NumberColumn,
} from "../training/training-frame.ts";
import type { Explainer } from "./explainer.ts";

/** Strings that the model is asked about at once. */
const PROBE_ROWS = 1_000;

/** One a score. */
const parts = z.array(z.number());
const number = z.strictObject({
  kind: z.literal("number"),
  name: z.string(),
  /** Contribution of a finite x: at + slope * (x - mean). */
  mean: z.number(),
  at: parts,
  slope: parts,
  missing: parts,
});
const category = z.strictObject({
  kind: z.literal("category"),
  name: z.string(),
  texts: z.array(z.tuple([z.string(), parts])),
  unknown: parts,
  missing: parts,
});
const stored = z.strictObject({
  format: z.literal("linear-1"),
  /** Mean score of the training rows. */
  expected: parts.min(1),
  inputs: z.array(z.discriminatedUnion("kind", [number, category])),
});

type NumberParts = z.output<typeof number>;
type CategoryParts = z.output<typeof category>;

/** A linear model as `explainer.json`: what each value of each input adds, however it was encoded. */
export function linearExplainer(model: LinearModel): Uint8Array {
  const { inputs } = model;
  const texts = inputs.map((_, input) => knownTexts(model, input));
  // In row 0 each string is one that the model does not know, in row 1 everything is missing.
  const without = probe(
    model,
    texts.map((own) => [unknownText(own)]),
    2,
  );
  const explainer: z.input<typeof stored> = {
    format: "linear-1",
    expected: without(1, inputs.length),
    inputs: inputs.map(({ kind, name }, i) =>
      kind === "number"
        ? { kind, name, ...lineOf(model, i), missing: without(1, i) }
        : {
            ...{ kind, name, unknown: without(0, i), missing: without(1, i) },
            texts: partsOfTexts(model, i, texts[i] as readonly string[]),
          },
    ),
  };
  return new TextEncoder().encode(canonicalJson(explainer));
}

/** @throws {IntegrityError} if the bytes are no linear model's, or inputs are of other scores. */
export function readLinearExplainer(bytes: Uint8Array): Explainer {
  const { inputs, expected } = parseStored(stored, bytes, "explainer");
  const lists = inputs.flatMap((input) =>
    input.kind === "number"
      ? [input.at, input.slope, input.missing]
      : [input.unknown, input.missing, ...input.texts.map(([, own]) => own)],
  );
  if (lists.some(({ length }) => length !== expected.length)) {
    throw new IntegrityError(
      `stored explainer is damaged: an input has not ${expected.length} scores`,
    );
  }
  return {
    family: "linear",
    inputs: inputs.map(({ kind, name }) => ({ kind, name })),
    width: expected.length,
    link: "identity",
    contributions: (frame) => contributionsOf(inputs, expected, frame),
  };
}

function contributionsOf(
  inputs: readonly (NumberParts | CategoryParts)[],
  expected: readonly number[],
  { rows, columns }: Frame,
): Float64Array {
  const size = inputs.length + 1;
  const found = new Float64Array(rows * expected.length * size);
  const put = (row: number, at: number, own: (k: number) => number) => {
    for (let k = 0; k < expected.length; k++) {
      found[(row * expected.length + k) * size + at] = own(k);
    }
  };
  inputs.forEach((input, at) => {
    const partOf =
      input.kind === "number"
        ? numberParts(input, columns[at] as NumberColumn)
        : categoryParts(input, columns[at] as CategoryColumn);
    for (let row = 0; row < rows; row++) put(row, at, partOf(row));
  });
  for (let row = 0; row < rows; row++) put(row, inputs.length, (k) => expected[k] as number);
  return found;
}

function numberParts({ mean, at, slope, missing }: NumberParts, { values }: NumberColumn) {
  return (row: number) => {
    const off = (values[row] as number) - mean;
    return Number.isFinite(off)
      ? (k: number) => (at[k] as number) + (slope[k] as number) * off
      : (k: number) => missing[k] as number;
  };
}

function categoryParts(of: CategoryParts, { codes, dictionary }: CategoryColumn) {
  const known = new Map(of.texts);
  const ofCode = dictionary.map((value) => {
    const text = textInGraph(value);
    return text === undefined ? of.missing : (known.get(text) ?? of.unknown);
  });
  return (row: number) => {
    const own = ofCode[codes[row] as number] ?? of.missing;
    return (k: number) => own[k] as number;
  };
}

/** Strings of an input that the model tells from unknown ones. */
function knownTexts({ encoders, design }: LinearModel, input: number): readonly string[] {
  const encoder = encoders[input];
  if (encoder) return [...encoder.codeOf.keys()];
  return design.encodings.flatMap((encoding) =>
    encoding.kind === "category" && encoding.input === input ? [...encoding.codeOf.keys()] : [],
  );
}

/** A string longer than any that is known. */
function unknownText(known: readonly string[]): string {
  return "?".repeat(known.reduce((most, { length }) => Math.max(most, length), 0) + 1);
}

/** Strings with what each adds to each score, asked in pieces that fit into memory. */
function partsOfTexts(
  model: LinearModel,
  input: number,
  texts: readonly string[],
): [string, number[]][] {
  const found: [string, number[]][] = [];
  for (let begin = 0; begin < texts.length; begin += PROBE_ROWS) {
    const some = texts.slice(begin, begin + PROBE_ROWS);
    const dictionaries = model.inputs.map((_, i) => (i === input ? some : []));
    const partsOf = probe(model, dictionaries, some.length);
    some.forEach((text, row) => {
      found.push([text, partsOf(row, input)]);
    });
  }
  return found;
}

/** Contributions of rows of which row r has the r-th string of each dictionary, and else nothing. */
function probe(model: LinearModel, dictionaries: readonly (readonly string[])[], rows: number) {
  const { inputs, coefficients } = model;
  const columns = inputs.map(({ kind, name }, i): FrameColumn => {
    if (kind === "number") return { kind, name, values: new Float32Array(rows).fill(Number.NaN) };
    const dictionary = dictionaries[i] as readonly string[];
    const codes = Int32Array.from({ length: rows }, (_, row) =>
      row < dictionary.length ? row : -1,
    );
    return { kind, name, codes, dictionary };
  });
  const found = linearContributions({ rows, columns }, model);
  const size = inputs.length + 1;
  return (row: number, at: number) =>
    coefficients.map((_, k) => found[(row * coefficients.length + k) * size + at] as number);
}

/** The straight line of a number: each input of numbers has one encoding. */
function lineOf(model: LinearModel, input: number) {
  const lines = model.design.encodings.flatMap((encoding) =>
    encoding.kind === "number" && encoding.input === input ? [encoding] : [],
  );
  const [{ mean, inverseDeviation, at: place }] = lines as [(typeof lines)[number]];
  return {
    mean,
    at: model.coefficients.map((own) => -meanPart(model, own, input)),
    slope: model.coefficients.map((own) => (own[place] as number) * inverseDeviation),
  };
}
