import { DuckDBInstance } from "@duckdb/node-api";
import type { LabelledFrame } from "../core/training/training-frame.ts";

const PARQUET = new URL("../node_modules/vega-datasets/data/flights-3m.parquet", import.meta.url)
  .pathname;

/** Three million real flights: January to April to train on, May to stop by, June to test. */
export async function loadFlights() {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(`
    select (distance)::float, origin, destination,
      hour(date)::float, (dayofweek(date))::float,
      (delay > 15)::utinyint, month(date)::utinyint
    from read_parquet('${PARQUET.replaceAll("'", "''")}') order by date, origin, destination, distance, delay`);
  const [distance, origin, destination, hour, weekday, late, month] = reader.getColumns();
  connection.closeSync();
  instance.closeSync();

  const strings = (values: unknown): string[] => values as string[];
  const dictionary = [...new Set([...strings(origin), ...strings(destination)])].sort();
  const codeOf = new Map(dictionary.map((text, code) => [text, code]));
  const split = (keep: (month: number) => boolean): LabelledFrame => {
    const rows = (month as number[]).flatMap((value, i) => (keep(value) ? [i] : []));
    const numbers = (name: string, values: unknown) => ({
      kind: "number" as const,
      name,
      values: Float32Array.from(rows, (i) => (values as number[])[i] as number),
    });
    const categories = (name: string, values: unknown) => ({
      kind: "category" as const,
      name,
      dictionary,
      codes: Int32Array.from(rows, (i) => codeOf.get(strings(values)[i] as string) as number),
    });
    return {
      rows: rows.length,
      labels: Uint8Array.from(rows, (i) => (late as number[])[i] as number),
      columns: [
        numbers("distance", distance),
        categories("origin", origin),
        categories("destination", destination),
        numbers("hour", hour),
        numbers("weekday", weekday),
      ],
    };
  };
  return {
    train: split((m) => m <= 4),
    validation: split((m) => m === 5),
    test: split((m) => m === 6),
  };
}
