import type { Explanations } from "./explain-rows.ts";

/** Explanations as callers of the plain route are told them; `rows` are the first of the request's. */
export function toldExplanations({ inputs, rows, ...head }: Explanations, asked: number) {
  const told = rows.map(({ contributions, ...row }) => ({
    ...row,
    contributions: Object.fromEntries(
      inputs.map((name, i) => [name, contributions[i] as number] as const),
    ),
  }));
  const note = `time for ${rows.length} of ${asked} rows (serving.explanations.timeBudgetMs)`;
  return { ...head, ...(rows.length < asked && { note }), rows: told };
}
