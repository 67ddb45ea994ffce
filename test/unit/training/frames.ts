import type { Candidate } from "../../../core/definition/model-definition.ts";
import { definitionSchema } from "../../../core/definition/schema.ts";
import { seededRandom } from "../../../core/training/random.ts";
import {
  byteLabels,
  type CategoryColumn,
  type FrameColumn,
  type LabelledFrame,
  type NumberColumn,
} from "../../../core/training/training-frame.ts";

export function numbers(name: string, values: readonly number[]): NumberColumn {
  return { kind: "number", name, values: Float32Array.from(values) };
}

/** @param values null for missing */
export function strings(name: string, values: readonly (string | null)[]): CategoryColumn {
  const dictionary = [...new Set(values.filter((value) => value !== null))].sort();
  const codes = Int32Array.from(values, (value) =>
    value === null ? -1 : dictionary.indexOf(value),
  );
  return { kind: "category", name, codes, dictionary };
}

export function frameOf(columns: readonly FrameColumn[], labels: readonly number[]): LabelledFrame {
  return { rows: labels.length, columns, labels: Uint8Array.from(labels) };
}

/** A frame with the same columns and no rows. */
export function withoutRows({ columns }: LabelledFrame): LabelledFrame {
  const empty = columns.map(
    (column): FrameColumn =>
      column.kind === "number"
        ? { ...column, values: new Float32Array(0) }
        : { ...column, codes: new Int32Array(0) },
  );
  return { rows: 0, columns: empty, labels: new Uint8Array(0) };
}

/** A candidate with every parameter that is not given at its documented default. */
export function candidate(
  family: Candidate["family"],
  parameters: Readonly<Record<string, number>> = {},
): Candidate {
  const [parsed] = definitionSchema.shape.candidates.parse([{ name: "it", family, parameters }]);
  return parsed as Candidate;
}

/** Uniform shares in 0..1. */
export function shares(seed: number): () => number {
  const random = seededRandom(seed);
  return () => random.nextUint32() / 2 ** 32;
}

/**
 * Rows whose log-odds are `2 x - 2 (shop is odd) + missing-or-not of y`, which no single column tells.
 * `x` in -1..1, `y` missing in a third of the rows, 40 shops, `noise` without meaning.
 */
export function shops(rows: number, seed: number): LabelledFrame {
  const next = shares(seed);
  const x = Array.from({ length: rows }, () => next() * 2 - 1);
  const y = Array.from({ length: rows }, () => (next() < 1 / 3 ? Number.NaN : next()));
  const shop = Array.from({ length: rows }, () => Math.floor(next() * 40));
  const labels = x.map((value, i) => {
    const logOdds = 2 * value - 2 * ((shop[i] as number) % 2) + (Number.isNaN(y[i]) ? 2 : 0);
    return next() < 1 / (1 + Math.exp(-logOdds)) ? 1 : 0;
  });
  return frameOf(
    [
      numbers("x", x),
      numbers("y", y),
      strings(
        "shop",
        shop.map((number) => `shop ${number}`),
      ),
      numbers("noise", x.map(next)),
    ],
    labels,
  );
}

/** Mean log-loss by its definition. */
export function logLoss({ labels }: LabelledFrame, probabilities: ArrayLike<number>): number {
  const costs = Array.from(labels, (label, i) => {
    const probability = probabilities[i] as number;
    return -Math.log(label === 1 ? probability : 1 - probability);
  });
  return costs.reduce((sum, cost) => sum + cost, 0) / costs.length;
}

/** Log-loss of always answering the share of class 1. */
export function baselineLoss(frame: LabelledFrame): number {
  const share = byteLabels(frame.labels).reduce((sum, label) => sum + label, 0) / frame.rows;
  return logLoss(frame, new Float64Array(frame.rows).fill(share));
}
