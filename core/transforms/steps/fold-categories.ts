import type { StepOf } from "../../definition/transform-schema.ts";
import type { FrameColumn } from "../../training/training-frame.ts";
import { aNumber, aText, type FittedStep, fromTexts } from "../fitted-step.ts";
import { makeTextHash } from "../text-hash.ts";
import { categoryColumn, textCounts } from "../training-values.ts";

/** Seldom and unknown strings become one. */
export function fitRare(
  { minShare, minRows, name }: StepOf<"rare">,
  column: FrameColumn,
): FittedStep {
  const counts = textCounts(categoryColumn(column));
  const least = Math.max(minRows, minShare * categoryColumn(column).codes.length);
  const kept = [...counts].filter(([, count]) => count >= least).map(([text]) => text);
  return folding(kept, name, { kept: kept.length, folded: counts.size - kept.length });
}

/** Strings that the training split does not have become one. */
export function fitUnknown({ name }: StepOf<"unknown">, column: FrameColumn): FittedStep {
  const known = [...textCounts(categoryColumn(column)).keys()];
  return folding(known, name, { known: known.length });
}

function folding(kept: readonly string[], name: string, found: unknown): FittedStep {
  const values = new Map(kept.map((text) => [text, text]));
  return {
    found,
    build: fromTexts((nodes, strings) => [aText(nodes.replaceTexts(strings, values, name))]),
  };
}

/** Strings to buckets, by a hash that any string has. */
export function fitHash({ buckets, seed, as }: StepOf<"hash">, column: FrameColumn): FittedStep {
  const hash = makeTextHash(buckets, seed, textCounts(categoryColumn(column)).keys());
  const names = Array.from({ length: buckets }, (_, bucket) => String(bucket));
  return {
    found: { characters: hash.alphabet.size },
    build: fromTexts((nodes, strings) => {
      const bucket = nodes.hashTexts(strings, hash);
      return [as === "number" ? aNumber(bucket) : aText(nodes.nameOf(bucket, names))];
    }),
  };
}
