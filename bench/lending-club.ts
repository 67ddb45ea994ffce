import { DuckDBInstance } from "@duckdb/node-api";
import { seededRandom } from "../core/training/random.ts";
import type { FrameColumn, LabelledFrame } from "../core/training/training-frame.ts";
import type { Splits } from "./splits.ts";

const CSV = new URL("../models/credit-risk/lending_club.csv", import.meta.url).pathname;

/** 9,857 consumer loans in folds: each is tested on once. Class 1 is a bad loan, 5% of them. */
export async function lendingClubFolds(folds: number): Promise<readonly Splits[]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(
    `select * from read_csv('${CSV.replaceAll("'", "''")}')`,
  );
  const names = reader.columnNames();
  const columns = reader.getColumns();
  connection.closeSync();
  instance.closeSync();

  const labels = (columns[names.indexOf("Class")] as string[]).map((text) => +(text === "bad"));
  const foldOf = stratified(labels, folds);
  const pick = (keep: (fold: number) => boolean): LabelledFrame => {
    const rows = labels.flatMap((_, row) => (keep(foldOf[row] as number) ? [row] : []));
    return {
      rows: rows.length,
      labels: Uint8Array.from(rows, (row) => labels[row] as number),
      columns: names.flatMap((name, i) =>
        name === "Class" ? [] : [columnOf(name, columns[i] as unknown[], rows)],
      ),
    };
  };
  return Array.from({ length: folds }, (_, fold) => ({
    train: pick((other) => other !== fold),
    test: pick((other) => other === fold),
  }));
}

function columnOf(name: string, values: readonly unknown[], rows: readonly number[]): FrameColumn {
  if (!values.some((value) => typeof value === "string")) {
    const numbers = Float32Array.from(rows, (row) => Number(values[row] ?? Number.NaN));
    return { kind: "number", name, values: numbers };
  }
  const dictionary = [...new Set(values as readonly string[])].sort();
  const codeOf = new Map(dictionary.map((text, code) => [text, code]));
  const codes = Int32Array.from(rows, (row) => codeOf.get(values[row] as string) as number);
  return { kind: "category", name, dictionary, codes };
}

/** A fold for each row, each with its share of both classes. */
function stratified(labels: readonly number[], folds: number): Uint8Array {
  const random = seededRandom(1);
  const shuffled = labels
    .map((label, row) => ({ label, row, at: random.nextUint32() }))
    .sort((a, b) => a.label - b.label || a.at - b.at);
  const foldOf = new Uint8Array(labels.length);
  shuffled.forEach(({ row }, i) => {
    foldOf[row] = i % folds;
  });
  return foldOf;
}
