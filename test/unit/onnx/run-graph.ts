import { InferenceSession, Tensor } from "onnxruntime-node";
import type { Frame, FrameColumn } from "../../../core/training/training-frame.ts";

export interface GraphAnswer {
  readonly labels: readonly number[];
  /** Probability of class 0 and of class 1 of each row, one after the other. */
  readonly probabilities: Float32Array;
}

/** Runs a graph over a frame in the real ONNX Runtime. */
export async function runGraph(graph: Uint8Array, { rows, columns }: Frame): Promise<GraphAnswer> {
  const session = await InferenceSession.create(graph, { intraOpNumThreads: 1 });
  const feeds = columns.map((column) => [column.name, tensorOf(column, rows)] as const);
  const { label, probabilities } = await session.run(Object.fromEntries(feeds));
  await session.release();
  return {
    labels: Array.from(label?.data as BigInt64Array, Number),
    probabilities: probabilities?.data as Float32Array,
  };
}

function tensorOf(column: FrameColumn, rows: number): Tensor {
  if (column.kind === "number") return new Tensor("float32", column.values, [rows, 1]);
  const { codes, dictionary } = column;
  const texts = Array.from(codes, (code) => dictionary[code] ?? "");
  return new Tensor("string", texts, [rows, 1]);
}
