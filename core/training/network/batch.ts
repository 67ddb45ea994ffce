import type { GraphTensors } from "../../ports/open-graph.ts";
import type { InputReader } from "./encode-inputs.ts";
import type { Network } from "./network.ts";

/** Rows ready for the network. */
export interface PreparedRows {
  readonly reader: InputReader;
  /** What is learned of each row, shape [rows]. */
  readonly targets: Float32Array;
  /** How much each row counts, 1 on average, shape [rows]. */
  readonly weights: Float64Array;
}

/** Memory for batches, used again for each. */
export interface BatchBuffers {
  /** Inputs of the graph for these rows: `numbers` and `codes`, where the network has such. */
  inputs(reader: InputReader, rows: Uint32Array): GraphTensors;
  /** `targets` and `weights`, the weights over the number of rows. */
  answers(prepared: PreparedRows, rows: Uint32Array): GraphTensors;
}

export function batchBuffers(
  { numberCount, categoryCount }: Network,
  mostRows: number,
): BatchBuffers {
  const numbers = new Float32Array(mostRows * numberCount);
  const codes = new Float32Array(mostRows * categoryCount);
  const targets = new Float32Array(mostRows);
  const weights = new Float32Array(mostRows);
  const part = (data: Float32Array, rows: number, columns: number) => ({
    data: data.subarray(0, rows * columns),
    dims: [rows, columns],
  });

  return {
    inputs(reader, rows) {
      const size = rows.length;
      reader.readNumbers(rows, numbers);
      for (let column = 0; column < categoryCount; column++) {
        reader.readCodes(column, rows, { codes, offset: column, step: categoryCount });
      }
      return {
        ...(numberCount > 0 ? { numbers: part(numbers, size, numberCount) } : {}),
        ...(categoryCount > 0 ? { codes: part(codes, size, categoryCount) } : {}),
      };
    },
    answers(prepared, rows) {
      const size = rows.length;
      rows.forEach((row, i) => {
        targets[i] = prepared.targets[row] as number;
        weights[i] = (prepared.weights[row] as number) / size;
      });
      return { targets: part(targets, size, 1), weights: part(weights, size, 1) };
    },
  };
}
