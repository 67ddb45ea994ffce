import type { Explanations, RowExplanation } from "./explain-rows.ts";

/** Explanations as callers of the plain route are told them; `rows` are the first of the request's. */
export function toldExplanations({ inputs, rows, ...head }: Explanations, asked: number) {
  const note = timeNote(rows.length, asked);
  const told = rows.map((row) => toldRow(inputs, row));
  return { ...head, ...(note !== undefined && { note }), rows: told };
}

/** Explanations as KServe's V1 has them: a list, one an instance; shorter than the instances where time ran out. */
export function instanceExplanations({ inputs, rows, ...head }: Explanations) {
  return rows.map((row) => ({ ...head, ...toldRow(inputs, row) }));
}

/** @returns nothing where every row was explained. */
export function timeNote(explained: number, asked: number): string | undefined {
  if (explained === asked) return undefined;
  return `time for ${explained} of ${asked} rows (serving.explanations.timeBudgetMs)`;
}

function toldRow(inputs: readonly string[], { contributions, ...row }: RowExplanation) {
  const named = inputs.map((name, i) => [name, contributions[i] as number] as const);
  return { ...row, contributions: Object.fromEntries(named) };
}
