import type { FieldType } from "../definition/model-definition.ts";
import { shownValue } from "../shown-value.ts";
import type { RequestMember } from "./request-fields.ts";
import { tagsOfText } from "./tags-reader.ts";

/** A tensor of a request; one row an element. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly datatype: string;
  readonly parameters?:
    | Readonly<Record<string, string | number | boolean | null>>
    | null
    | undefined;
  readonly data: readonly unknown[];
  /** Whether the elements came as bytes behind the JSON. @default false */
  readonly isBinary?: boolean;
}

/** What is wrong with a tensor, and in which of its members. */
export interface TensorProblem {
  readonly part: string;
  readonly message: string;
}

const SIGNED = ["INT8", "INT16", "INT32", "INT64"];
const UNSIGNED = ["UINT8", "UINT16", "UINT32", "UINT64"];
const INTEGERS = [...SIGNED, ...UNSIGNED];
const NUMBERS = ["FP64", "FP32", "FP16", ...INTEGERS];

/**
 * Datatypes that can hold each type of field: a data frame's integers are floats once one is missing,
 * its flags are often 0 and 1, and its codes of categories integers.
 */
const DATATYPES: Readonly<Record<FieldType, readonly string[]>> = {
  number: NUMBERS,
  integer: NUMBERS,
  boolean: ["BOOL", ...NUMBERS],
  category: ["BYTES", ...INTEGERS],
  timestamp: ["BYTES"],
  tags: ["BYTES"],
};

/**
 * Checks a tensor against its field and the number of rows of the request: datatype, shape [n] or
 * [n, 1], data flat or nested, and whole numbers within the range where the datatype says so.
 */
export function tensorProblem(
  tensor: Tensor,
  { type }: RequestMember,
  rows: number,
): TensorProblem | undefined {
  const { shape, datatype, data } = tensor;
  const allowed = DATATYPES[type];
  if (!allowed.includes(datatype)) {
    const message = `must be one of ${allowed.join(", ")}, got ${shownValue(datatype)}`;
    return { part: "datatype", message };
  }
  if (datatype === "FP16" && tensor.isBinary !== true) {
    return { part: "datatype", message: "must not be FP16 in JSON, which has no form for it" };
  }
  if (tensor.parameters?.content_type === "base64") {
    return { part: "parameters.content_type", message: "must not be base64; send text" };
  }
  if (shape.length < 1 || shape.length > 2 || shape[0] !== rows || (shape[1] ?? 1) !== 1) {
    const message = `must be [${rows}] or [${rows}, 1], as many rows as the first input, got [${shape.slice(0, 8)}]`;
    return { part: "shape", message };
  }
  const isNested = data.some(Array.isArray);
  if (isNested && (shape.length !== 2 || !data.every(isPair))) {
    return { part: "data", message: "must be flat, or nested as the shape says" };
  }
  if (data.length !== rows) {
    return {
      part: "data",
      message: `must have ${rows} elements as the shape says, got ${data.length}`,
    };
  }
  return integerProblem(datatype, type, elementsOf(tensor));
}

/** The values of a field in row order, whether they were sent flat or nested, as instances have them. */
export function tensorValues(tensor: Tensor, { type }: RequestMember): readonly unknown[] {
  const elements = elementsOf(tensor);
  const { datatype } = tensor;
  switch (type) {
    case "tags":
      // An element of a tensor is text, never a list.
      return elements.map((value) => (typeof value === "string" ? tagsOfText(value) : value));
    case "boolean":
      return datatype === "BOOL" ? elements : elements.map(flagOf);
    case "category":
      return datatype === "BYTES" ? elements : elements.map(codeOf);
    case "timestamp":
      // Bytes have no null.
      return tensor.isBinary ? elements.map((value) => (value === "" ? null : value)) : elements;
    default:
      return elements;
  }
}

const elementsOf = ({ data }: Tensor): readonly unknown[] =>
  data.some(Array.isArray) ? data.flat() : data;

const isPair = (element: unknown) => Array.isArray(element) && element.length === 1;

/** Anything but 0 and 1 stays what it is, and is refused as no boolean. */
const flagOf = (value: unknown) => (value === 0 || value === 1 ? value === 1 : value);

const codeOf = (value: unknown) => (value === null ? null : String(value));

function integerProblem(
  datatype: string,
  type: FieldType,
  values: readonly unknown[],
): TensorProblem | undefined {
  if (!INTEGERS.includes(datatype)) return undefined;
  const isSigned = SIGNED.includes(datatype);
  // JSON numbers are doubles here: from 2^53 on they may be other integers than those sent.
  const bits = Math.min(Number(datatype.replace(/\D/g, "")) - (isSigned ? 1 : 0), 53);
  const max = 2 ** bits - 1;
  const min = isSigned ? Math.max(-max - 1, Number.MIN_SAFE_INTEGER) : 0;
  const wrong = values.findIndex(
    (value) =>
      value !== null &&
      // Of bytes, and as text it stays exact.
      !(typeof value === "bigint" && type === "category") &&
      !(typeof value === "number" && Number.isInteger(value) && value >= min && value <= max),
  );
  if (wrong < 0) return undefined;
  const message = `must be a whole number from ${min} to ${max}, got ${shownValue(values[wrong])}`;
  return { part: `data[${wrong}]`, message };
}
