import type { Explanations } from "../explain/explain-rows.ts";
import { timeNote } from "../explain/told-explanations.ts";

/** Outputs that a request has beside the model's own where it asks for explanations. */
export const EXPLANATION_OUTPUTS = ["contributions", "base"] as const;

/** A tensor that explains, row by row. */
export interface ExplanationTensor {
  readonly name: (typeof EXPLANATION_OUTPUTS)[number];
  readonly datatype: "FP64";
  readonly shape: number[];
  readonly parameters: Record<string, string | number>;
  readonly data: number[];
}

/**
 * Explanations as tensors: `contributions` [rows, features] and `base` [rows]. Rows of both add up to the margin. They
 * have fewer rows than the request where time ran out.
 */
export function explanationTensors(explanations: Explanations): readonly ExplanationTensor[] {
  const { method, scale, samples, inputs, rows } = explanations;
  const parameters = { method, scale, ...(samples !== undefined && { samples }) };
  const datatype = "FP64";
  return [
    {
      ...{ name: "contributions", datatype, shape: [rows.length, inputs.length] },
      // A parameter is no list: names, with "," between.
      parameters: { features: inputs.join(","), ...parameters },
      data: rows.flatMap(({ contributions }) => [...contributions]),
    },
    {
      ...{ name: "base", datatype, shape: [rows.length], parameters },
      data: rows.map(({ base }) => base),
    },
  ];
}

/** What the answer's parameters say where time ran out. */
export function explanationNote({ rows }: Explanations, asked: number) {
  const note = timeNote(rows.length, asked);
  return note === undefined ? {} : { explanations: note };
}
