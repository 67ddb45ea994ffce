import type { FieldType, StoredDefinition } from "../definition/model-definition.ts";
import { type GraphOutput, graphOutputs, taskOf } from "../definition/task.ts";
import { type RequestParts, requestMembers } from "./request-fields.ts";

/** A tensor as the Open Inference Protocol v2 describes it; -1 is a variable size. */
export interface TensorMetadata {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
}

/** Of an ONNX graph with operators of ai.onnx, as Triton and KServe name it. */
export const OIP_PLATFORM = "onnx_onnxv1";

const DATATYPES: Readonly<Record<FieldType, string>> = {
  number: "FP64",
  integer: "INT64",
  boolean: "BOOL",
  category: "BYTES",
  // Text by RFC 3339: the protocol has no type for instants.
  timestamp: "BYTES",
  // Text as csv has it, "|" between tags: an element of a tensor is no list.
  tags: "BYTES",
};

/** One input tensor for each member of a request, a row an element. */
export function oipInputs(definition: RequestParts): readonly TensorMetadata[] {
  return requestMembers(definition).map(({ name, type }) => ({
    name,
    datatype: DATATYPES[type],
    shape: [-1],
  }));
}

const OUTPUT_DATATYPES: Readonly<Record<GraphOutput["type"], string>> = {
  int64: "INT64",
  float32: "FP32",
  string: "BYTES",
};

/** The outputs of a model's task. */
export function oipOutputs({
  target,
}: Pick<StoredDefinition, "target">): readonly TensorMetadata[] {
  return graphOutputs(taskOf(target)).map(({ name, type, shape }) => ({
    name,
    datatype: OUTPUT_DATATYPES[type],
    shape,
  }));
}
