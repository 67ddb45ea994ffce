import { z } from "zod";
import { floatBits, mix32 } from "../sketch/hash32.ts";
import { meanOf, mergeMoments, NO_MOMENTS, standardDeviationOf } from "../sketch/moments.ts";
import { mergeQuantiles, quantileOf } from "../sketch/quantiles.ts";
import { distinctOf, mergeValues, mostFrequent } from "../sketch/values.ts";
import { FREQUENT_VALUES, type NumberStatistics } from "./statistics.ts";

const count = z.number().min(0);

const numberSketchSchema = z
  .strictObject({
    /** Rows without a number among them. */
    rows: count,
    moments: z
      .strictObject({
        count,
        min: z.number().nullable(),
        max: z.number().nullable(),
        sum: z.string().regex(/^-?\d+$/),
        squares: z.string().regex(/^\d+$/),
      })
      .readonly(),
    quantiles: z.array(z.tuple([z.int(), count]).readonly()).readonly(),
    values: z
      .strictObject({
        values: z.array(z.tuple([z.number(), count]).readonly()).readonly(),
        isSample: z.boolean(),
      })
      .readonly(),
  })
  .readonly();

/** What a numeric column of some rows is like. Sketches of parts add up to the sketch of the whole, exactly. */
export type NumberSketch = z.output<typeof numberSketchSchema>;

const ofSplit = z.record(z.string(), numberSketchSchema).readonly();

/** `sketches-<sha256>.json` beside a shard's rows: its numbers, inputs, context and the label, split by split. */
export const splitSketchesSchema = z
  .strictObject({ train: ofSplit, validation: ofSplit, test: ofSplit })
  .readonly();
export type SplitSketches = z.output<typeof splitSketchesSchema>;

/** Even over the bits of float32 numbers. */
export const numberHash = (value: number): number => mix32(floatBits(value));

/** Of no rows. */
export const NO_NUMBERS: NumberSketch = {
  rows: 0,
  moments: NO_MOMENTS,
  quantiles: [],
  values: { values: [], isSample: false },
};

/** The sketch of both together: the very one that the rows of both give, in any order. */
export function mergeNumbers(a: NumberSketch, b: NumberSketch): NumberSketch {
  return {
    rows: a.rows + b.rows,
    moments: mergeMoments(a.moments, b.moments),
    quantiles: mergeQuantiles(a.quantiles, b.quantiles),
    values: mergeValues(a.values, b.values, numberHash),
  };
}

const QUANTILES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99] as const;

/** What a sketch tells. */
export function numberStatistics({
  rows,
  moments,
  quantiles,
  values,
}: NumberSketch): NumberStatistics {
  const shares = moments.count === 0 ? [] : QUANTILES;
  return {
    kind: "number",
    rows,
    missing: rows - moments.count,
    distinct: distinctOf(values, numberHash),
    min: moments.min,
    max: moments.max,
    mean: meanOf(moments),
    standardDeviation: standardDeviationOf(moments),
    quantiles: shares.map((share) => [share, quantileOf(quantiles, share) as number] as const),
    frequent: mostFrequent(values, FREQUENT_VALUES),
  };
}
