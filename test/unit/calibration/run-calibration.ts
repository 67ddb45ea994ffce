import { InferenceSession, Tensor } from "onnxruntime-node";
import type { Calibration } from "../../../core/calibration/calibration.ts";
import { type Task, widthOf } from "../../../core/definition/task.ts";
import { addCalibration } from "../../../core/onnx/calibration-nodes.ts";
import { graphBuilder } from "../../../core/onnx/graph-builder.ts";

/** Calibrates scores by the graph alone, in the real ONNX Runtime. Shapes [rows * width]. */
export async function runCalibration(
  calibration: Calibration,
  task: Task,
  scores: Float64Array,
): Promise<Float64Array> {
  const width = widthOf(task);
  const graph = graphBuilder("calibration");
  const input = graph.input("scores", "double", ["n", width]);
  graph.output(addCalibration(graph, input, calibration, task), "double", ["n", width]);
  const session = await InferenceSession.create(graph.toBytes(), { intraOpNumThreads: 1 });
  const rows = scores.length / width;
  const answer = await session.run({ scores: new Tensor("float64", scores, [rows, width]) });
  await session.release();
  const [probabilities] = Object.values(answer);
  return probabilities?.data as Float64Array;
}
