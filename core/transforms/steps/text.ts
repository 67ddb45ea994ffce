import type { StepOf } from "../../definition/transform-schema.ts";
import { InvalidInputError } from "../../errors.ts";
import type { CategoryColumn, FrameColumn } from "../../training/training-frame.ts";
import { aNumber, type FittedStep, fromTexts } from "../fitted-step.ts";
import { alphabetOf, drawWeights, HASHED_CHARACTERS } from "../text-hash.ts";
import {
  columnsOf,
  countRuns,
  type HashedRuns,
  type KnownRuns,
  runKey,
  runsOf,
  type TextTokens,
  tokensOf,
} from "../text-tokens.ts";
import { categoryColumn, textCounts } from "../training-values.ts";

type Reading = Pick<TextTokens, "unit" | "lowerCase" | "maxTokens" | "shortest" | "longest">;

/** Strings as counts of runs of words or characters, known ones or hashed ones. */
export function fitText(step: StepOf<"text">, column: FrameColumn): FittedStep {
  const strings = categoryColumn(column);
  const counts = textCounts(strings);
  const [shortest, longest] = step.ngrams;
  const { tokens: unit, lowerCase, maxTokens } = step;
  const reading: Reading = { unit, lowerCase, maxTokens, shortest, longest };
  const runs =
    step.buckets === undefined
      ? knownRuns(step, reading, strings, counts)
      : hashedRuns(step.buckets, step.seed, reading, counts);
  const plain: TextTokens = {
    ...reading,
    runs,
    binary: step.weights === "binary",
    columnWeights: [],
    normalise: step.normalise,
  };
  const columns = columnsOf(plain);
  const columnWeights =
    step.weights === "tf-idf"
      ? rarities(plain, counts, strings.codes.length)
      : new Array<number>(columns).fill(1);
  const tokens: TextTokens = { ...plain, columnWeights };
  return {
    found: { columns },
    ends: endsOf(tokens),
    build: fromTexts((nodes, texts) => nodes.countTokens(texts, tokens).map(aNumber)),
  };
}

/** The runs in most training rows, of one length after the other, as the graph lists them. */
function knownRuns(
  { vocabulary, minRows }: StepOf<"text">,
  reading: Reading,
  { name }: CategoryColumn,
  counts: ReadonlyMap<string, number>,
): KnownRuns {
  const rows = new Map<string, number>();
  for (const [text, count] of counts) {
    const keys = new Set(runsOf(tokensOf(text, reading), reading).map(runKey));
    for (const key of keys) rows.set(key, (rows.get(key) ?? 0) + count);
  }
  const runs = [...rows]
    .filter(([, own]) => own >= minRows)
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, vocabulary)
    .map(([key]) => key.split("\0"));
  if (runs.length > 0) return { kind: "known", runs: runs.sort((a, b) => a.length - b.length) };
  throw new InvalidInputError(
    `column ${name} has no run of tokens in ${minRows} training rows or more; lower minRows or drop it`,
  );
}

function hashedRuns(
  buckets: number,
  seed: number,
  { shortest, longest }: Reading,
  counts: ReadonlyMap<string, number>,
): HashedRuns {
  const alphabet = alphabetOf(counts.keys());
  const lengths = Array.from({ length: longest - shortest + 1 }, (_, i) => shortest + i);
  return {
    kind: "hashed",
    buckets,
    alphabet,
    otherCode: alphabet.size + 1,
    weights: drawWeights(HASHED_CHARACTERS, seed),
    // below 2^28, so that a run's sum of codes below 2^21 times weights is exact
    runWeights: lengths.map((length) =>
      drawWeights(length, seed + length).map((weight) => (weight % (2 ** 28 - 1)) + 1),
    ),
  };
}

/** 1 + ln((1 + rows) / (1 + rows with the run)) for each column. */
function rarities(
  tokens: TextTokens,
  counts: ReadonlyMap<string, number>,
  rows: number,
): readonly number[] {
  const withRun = new Float64Array(columnsOf(tokens));
  for (const [text, count] of counts) {
    for (const place of countRuns(text, tokens).keys()) {
      withRun[place] = (withRun[place] as number) + count;
    }
  }
  return Array.from(withRun, (own) => 1 + Math.log((1 + rows) / (1 + own)));
}

function endsOf({ unit, runs }: TextTokens): readonly string[] {
  if (runs.kind === "hashed") return Array.from({ length: runs.buckets }, (_, i) => `=${i}`);
  return runs.runs.map((run) => `=${run.join(unit === "word" ? " " : "")}`);
}
