import { IntegrityError } from "../../core/errors.ts";
import { varints, type WireField, wireFields } from "./wire-fields.ts";

/** Most values that one tensor of a graph may have: 256 MB of float32. */
const MOST_VALUES = 64 * 1024 * 1024;

/** Operators that make a tensor as large as one of their inputs says, by that input's place. */
const SHAPED: Readonly<Record<string, number>> = { ConstantOfShape: 0, Expand: 1, Tile: 1 };

// Numbers of fields. Source: onnx/onnx.proto.
const MODEL = { graph: 7 };
const GRAPH = { node: 1, initializer: 5 };
const NODE = { input: 1, output: 2, operator: 4, attribute: 5 };
const ATTRIBUTE = { tensor: 5 };
const TENSOR = { dims: 1, int64: 7, name: 8, raw: 9, place: 14 };

interface Tensor {
  readonly name: string;
  readonly dims: readonly number[];
  /** What an int64 tensor holds. */
  readonly numbers: readonly number[];
  /** In a file beside the graph. */
  readonly isElsewhere: boolean;
}

/**
 * Refuses a graph of a few bytes that would take gigabytes: ONNX Runtime allocates them when the graph is
 * opened or first run, and the process dies of it. Looks at tensors that the graph carries and at the shapes
 * that it names as constants; a shape that is computed from a request's rows is not known here.
 *
 * @throws {IntegrityError} naming the tensor, or the operator
 */
export function checkGraphMemory(model: Uint8Array): void {
  const graph = fieldsOf(model, MODEL.graph).at(-1)?.bytes;
  if (graph === undefined) return;
  const constants = new Map<string, readonly number[]>();
  const keep = (tensor: Tensor, name = tensor.name) => {
    if (tensor.isElsewhere) throw new IntegrityError(`tensor ${name} lies outside of the graph`);
    checkValues(`tensor ${name}`, tensor.dims);
    constants.set(name, tensor.numbers);
  };
  for (const { bytes } of fieldsOf(graph, GRAPH.initializer)) keep(tensorOf(bytes));
  for (const { bytes } of fieldsOf(graph, GRAPH.node)) {
    const operator = texts(bytes, NODE.operator)[0] ?? "";
    if (operator === "Constant") {
      const name = texts(bytes, NODE.output)[0];
      for (const attribute of fieldsOf(bytes, NODE.attribute)) {
        for (const tensor of fieldsOf(attribute.bytes, ATTRIBUTE.tensor)) {
          keep(tensorOf(tensor.bytes), name);
        }
      }
    }
    const place = SHAPED[operator];
    if (place === undefined) continue;
    const shape = constants.get(texts(bytes, NODE.input)[place] ?? "") ?? [];
    checkValues(`operator ${operator}`, shape);
  }
}

function checkValues(what: string, dims: readonly number[]): void {
  const values = dims.reduce((product, dim) => product * dim, 1);
  if (values <= MOST_VALUES) return;
  throw new IntegrityError(`${what} asks for ${values} values; at most ${MOST_VALUES} are served`);
}

function tensorOf(bytes: Uint8Array): Tensor {
  const raw = fieldsOf(bytes, TENSOR.raw)[0]?.bytes;
  return {
    name: texts(bytes, TENSOR.name)[0] ?? "",
    dims: fieldsOf(bytes, TENSOR.dims).flatMap(varints),
    numbers: raw ? int64s(raw) : fieldsOf(bytes, TENSOR.int64).flatMap(varints),
    isElsewhere: fieldsOf(bytes, TENSOR.place).some(({ value }) => value === 1),
  };
}

/** Shapes have few dimensions; longer tensors are data. */
const MOST_DIMENSIONS = 16;

function int64s(raw: Uint8Array): readonly number[] {
  if (raw.byteLength % 8 !== 0 || raw.byteLength / 8 > MOST_DIMENSIONS) return [];
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  return Array.from({ length: raw.byteLength / 8 }, (_, i) =>
    Number(view.getBigInt64(8 * i, true)),
  );
}

const fieldsOf = (message: Uint8Array, number: number): readonly WireField[] =>
  [...wireFields(message)].filter((field) => field.number === number);

const texts = (message: Uint8Array, number: number): readonly string[] =>
  fieldsOf(message, number).map(({ bytes }) => new TextDecoder().decode(bytes));
