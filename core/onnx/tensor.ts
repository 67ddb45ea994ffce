import onnxProto from "onnx-proto";

const { onnx } = onnxProto;
const { DataType } = onnx.TensorProto;

/** Element types that graphs of Millrace use, and their numbers in the format. */
export const ELEMENT = {
  float: DataType.FLOAT,
  double: DataType.DOUBLE,
  int64: DataType.INT64,
  uint8: DataType.UINT8,
  string: DataType.STRING,
} as const;

export type ElementType = keyof typeof ELEMENT;

/** Values of a constant; the array's type is the tensor's. */
export type TensorValues =
  | Float32Array
  | Float64Array
  | BigInt64Array
  | Uint8Array
  | readonly string[];

type NumberValues = Exclude<TensorValues, readonly string[]>;

export interface Tensor {
  readonly dims: readonly number[];
  readonly values: TensorValues;
}

/** A tensor of rank 1. */
export function vector(values: TensorValues): Tensor {
  return { dims: [values.length], values };
}

/** The tensor as protobuf: numbers as raw little-endian bytes, strings in UTF-8. */
export function tensorProto(name: string, { dims, values }: Tensor) {
  if (isStrings(values)) {
    const utf8 = new TextEncoder();
    const stringData = values.map((text) => utf8.encode(text));
    return onnx.TensorProto.create({ name, dims: [...dims], dataType: ELEMENT.string, stringData });
  }
  return onnx.TensorProto.create({
    name,
    dims: [...dims],
    dataType: ELEMENT[elementOf(values)],
    rawData: littleEndianBytes(values),
  });
}

const isStrings = (values: TensorValues): values is readonly string[] => Array.isArray(values);

function elementOf(values: NumberValues): ElementType {
  if (values instanceof Float32Array) return "float";
  if (values instanceof Float64Array) return "double";
  return values instanceof Uint8Array ? "uint8" : "int64";
}

function littleEndianBytes(values: NumberValues): Uint8Array {
  const bytes = new Uint8Array(values.byteLength);
  const view = new DataView(bytes.buffer);
  if (values instanceof Uint8Array) bytes.set(values);
  else if (values instanceof Float32Array)
    values.forEach((value, i) => {
      view.setFloat32(i * 4, value, true);
    });
  else if (values instanceof Float64Array)
    values.forEach((value, i) => {
      view.setFloat64(i * 8, value, true);
    });
  else
    values.forEach((value, i) => {
      view.setBigInt64(i * 8, value, true);
    });
  return bytes;
}
