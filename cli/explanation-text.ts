import type { z } from "zod";
import type { explanationsSchema } from "../core/explain/told-schemas.ts";
import { table } from "./table.ts";

/** What contributions add up to, in words. */
const SCALES: Readonly<Record<z.output<typeof explanationsSchema>["scale"], string>> = {
  "log-odds": "log-odds of class 1",
  logit: "the logit of the predicted class",
  prediction: "the prediction",
  "log-prediction": "the logarithm of the prediction",
  score: "the score",
  probability: "the probability",
};

/** Why each row was scored as it was, for people: a sentence on the sum, and a table of reasons. */
export function explanationText(explanations: z.output<typeof explanationsSchema>): string {
  const { method, scale, samples, note, rows } = explanations;
  const how = samples === undefined ? method : `${method}, ${samples} samples`;
  const blocks = rows.map(({ margin, base, reasons }, row) => {
    const head = `instance ${row}: ${SCALES[scale]} ${margin.toFixed(4)}, from ${base.toFixed(4)} where nothing is known (${how})`;
    return `${head}\n${indented(table(reasons.map(reasonCells)))}`;
  });
  return [...blocks, ...(note === undefined ? [] : [note])].join("\n");
}

type Reason = z.output<typeof explanationsSchema>["rows"][number]["reasons"][number];

function reasonCells({ field, value, contribution, direction, code, bin, points }: Reason) {
  return {
    reason: code ?? field,
    value: code === undefined ? value : `${field} ${value ?? "-"}`,
    effect: `${direction} by ${Math.abs(contribution).toFixed(4)}`,
    ...(bin !== undefined && { bin, points }),
  };
}

const indented = (text: string) => text.replace(/^/gm, "  ");
