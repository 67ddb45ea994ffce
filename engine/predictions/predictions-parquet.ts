import { type BasicType, parquetWriteBuffer } from "hyparquet-writer";
import {
  featureColumns,
  PREDICTION_COLUMNS,
  type PredictionColumn,
} from "../../core/inference/prediction-columns.ts";
import type { PredictionMessage } from "../../core/inference/prediction-message.ts";
import type { PredictionRecord } from "../../core/inference/prediction-record.ts";

// TIMESTAMP is written as the converted type TIMESTAMP_MILLIS, which DuckDB and Athena read as a
// TIMESTAMP without time zone: the instant in UTC, whatever the session's zone.
const PARQUET_TYPES: Readonly<Record<PredictionColumn["type"], BasicType>> = {
  text: "STRING",
  instant: "TIMESTAMP",
  integer: "INT32",
  number: "DOUBLE",
};

/**
 * Predictions of one version as the bytes of a Parquet file, columns as `PredictionRecord` says.
 * Equal records in equal order give equal bytes.
 *
 * Without DuckDB, whose 68 MB a function that only appends a few rows need not carry.
 */
export function predictionsParquet({ inputs, records }: PredictionMessage): Uint8Array {
  const entries = Object.entries(inputs);
  const features = featureColumns(entries).map((column, i) => ({
    ...column,
    cellOf: ({ features }: PredictionRecord) => features[entries[i]?.[0] as string] ?? null,
  }));
  const common = PREDICTION_COLUMNS.map((column) => ({
    ...column,
    cellOf: (record: PredictionRecord) => cellOf(partOf(record, column.name), column.type),
  }));
  const buffer = parquetWriteBuffer({
    columnData: [...common, ...features].map(({ name, type, cellOf }) => ({
      name,
      type: PARQUET_TYPES[type],
      data: records.map(cellOf),
    })),
    createdBy: "millrace",
  });
  return new Uint8Array(buffer);
}

const partOf = (record: PredictionRecord, name: (typeof PREDICTION_COLUMNS)[number]["name"]) =>
  name === "fallbacks" ? record.fallbacks?.join(",") : record[name];

const cellOf = (value: string | number | undefined, type: PredictionColumn["type"]) =>
  type === "instant" ? new Date(value as string) : (value ?? null);
