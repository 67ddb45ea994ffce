import { z } from "zod";
import { canonicalJson } from "../canonical-json.ts";
import { IntegrityError } from "../errors.ts";
import { parseStored } from "../stored-json.ts";
import { reasonOf } from "../training/scorecard/reason-codes.ts";
import { scoreContributions } from "../training/scorecard/score-points.ts";
import { type Scorecard, scorecardSchema } from "../training/scorecard/scorecard.ts";
import type { Frame, FrameColumn } from "../training/training-frame.ts";
import type { Attribute, Explainer } from "./explainer.ts";

const stored = z.strictObject({
  format: z.literal("scorecard-1"),
  /** Columns of the model, those that the scorecard dropped too. */
  inputs: z.array(z.strictObject({ name: z.string(), kind: z.enum(["number", "category"]) })),
  scorecard: scorecardSchema,
});

/** A scorecard as `explainer.json`. */
export function scorecardExplainer(
  scorecard: Scorecard,
  columns: readonly Pick<FrameColumn, "kind" | "name">[],
): Uint8Array {
  const inputs = columns.map(({ kind, name }) => ({ kind, name }));
  return new TextEncoder().encode(canonicalJson({ format: "scorecard-1", inputs, scorecard }));
}

/** @throws {IntegrityError} if the bytes are no scorecard's, or it has an input that is no column. */
export function readScorecardExplainer(bytes: Uint8Array): Explainer {
  const { inputs, scorecard } = parseStored(stored, bytes, "explainer");
  const kinds = new Map(inputs.map(({ name, kind }) => [name, kind]));
  const lost = scorecard.inputs.find(({ name, kind }) => kinds.get(name) !== kind);
  if (lost) {
    throw new IntegrityError(`stored explainer is damaged: no column is ${lost.kind} ${lost.name}`);
  }
  return {
    family: "scorecard",
    inputs,
    width: 1,
    link: "identity",
    contributions: (frame) => scoreContributions(scorecard, frame, inputs),
    attributes: (frame) => attributesOf(scorecard, frame),
  };
}

function attributesOf(
  { inputs, reasonsAgainst }: Scorecard,
  { columns }: Frame,
): ReadonlyMap<string, Attribute> {
  return new Map(
    columns.flatMap((column) => {
      const input = inputs.find(({ name }) => name === column.name);
      if (!input) return [];
      const { bin, points, pointsLost } = reasonOf(input, reasonsAgainst, firstValue(column));
      return [[input.name, { bin, points, pointsLost }] as const];
    }),
  );
}

function firstValue(column: FrameColumn): number | string | null {
  if (column.kind === "number") return column.values[0] as number;
  return column.dictionary[column.codes[0] as number] ?? null;
}
