import type { FieldType, StoredDefinition } from "../definition/model-definition.ts";
import { requestFields } from "./request-fields.ts";

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
};

/** One input tensor for each field of a request, a row an element. */
export function oipInputs(
  definition: Pick<StoredDefinition, "fields" | "rowFeatures">,
): readonly TensorMetadata[] {
  return requestFields(definition).map(({ name, type }) => ({
    name,
    datatype: DATATYPES[type],
    shape: [-1],
  }));
}

/** The same for every model: the class, and the probability of class 0 and of class 1. */
export const OIP_OUTPUTS: readonly TensorMetadata[] = [
  { name: "label", datatype: "INT64", shape: [-1] },
  { name: "probabilities", datatype: "FP32", shape: [-1, 2] },
];
