import { addColumnInput } from "../onnx/column-inputs.ts";
import { graphBuilder } from "../onnx/graph-builder.ts";
import { addModelOutputs, type Ending } from "../onnx/model-outputs.ts";
import type { TrainedModel } from "./trained-model.ts";
import type { FrameColumn } from "./training-frame.ts";

/**
 * A trained model as one ONNX graph: the columns as inputs by name, the model, the ending of its task.
 *
 * @param columns of training, in their order
 */
export function modelGraph(
  { addTo }: Pick<TrainedModel, "addTo">,
  columns: readonly Pick<FrameColumn, "kind" | "name">[],
  ending: Ending,
): Uint8Array {
  const graph = graphBuilder("model");
  const inputs = new Map(
    columns.map((column) => [column.name, addColumnInput(graph, column)] as const),
  );
  addModelOutputs(graph, addTo(graph, inputs), ending);
  return graph.toBytes();
}
