import { InferenceSession, Tensor } from "onnxruntime-node";
import { addColumnInput } from "../../../../core/onnx/column-inputs.ts";
import { graphBuilder } from "../../../../core/onnx/graph-builder.ts";
import type { TrainedModel } from "../../../../core/training/trained-model.ts";
import type { Frame } from "../../../../core/training/training-frame.ts";

/** Raw scores [rows * width] as the model's nodes give them in the real ONNX Runtime. */
export async function runScores(model: Pick<TrainedModel, "addTo">, frame: Frame) {
  const graph = graphBuilder("scores");
  const inputs = new Map(
    frame.columns.map((column) => [column.name, addColumnInput(graph, column)] as const),
  );
  const scores = model.addTo(graph, inputs);
  graph.output(scores, "double", ["n", "width"]);
  const session = await InferenceSession.create(graph.toBytes(), { intraOpNumThreads: 1 });
  const feeds = frame.columns.map((column) => {
    if (column.kind === "number") {
      return [column.name, new Tensor("float32", column.values, [frame.rows, 1])] as const;
    }
    const texts = Array.from(column.codes, (code) => column.dictionary[code] ?? "");
    return [column.name, new Tensor("string", texts, [frame.rows, 1])] as const;
  });
  const answer = await session.run(Object.fromEntries(feeds));
  await session.release();
  return answer[scores]?.data as Float64Array;
}
