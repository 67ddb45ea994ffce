import onnxProto from "onnx-proto";
import { ELEMENT, type ElementType, type Tensor, tensorProto } from "./tensor.ts";
import {
  CONTRIB_DOMAIN,
  CONTRIB_OPSET,
  DEFAULT_DOMAIN,
  IR_VERSION,
  ML_DOMAIN,
  ML_OPSET,
  OPSET,
} from "./versions.ts";

const { onnx } = onnxProto;
const { AttributeType } = onnx.AttributeProto;

/** Name of a value that flows through the graph. */
export type Value = string & { readonly brand: "onnx value" };

export type Attribute =
  | { readonly int: number }
  | { readonly ints: ArrayLike<number> }
  | { readonly string: string }
  | { readonly strings: readonly string[] }
  | { readonly tensor: Tensor };

/** Size of an axis: a number, or a name for one that is known only when the graph runs. */
export type Dimension = number | string;

export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly domain?: typeof DEFAULT_DOMAIN | typeof ML_DOMAIN | typeof CONTRIB_DOMAIN;
  /** Name of the node's output where the graph gives it out; else one is made. */
  readonly output?: string;
  /** Outputs after the first that the operator must have and nobody reads. */
  readonly unusedOutputs?: number;
}

/** Grows one ONNX graph, node after node; each of its methods gives the value that it adds. */
export interface GraphBuilder {
  input(name: string, type: ElementType, dims: readonly Dimension[]): Value;
  constant(tensor: Tensor): Value;
  /** A node with one output. */
  node(operator: string, inputs: readonly Value[], options?: NodeOptions): Value;
  output(value: Value, type: ElementType, dims: readonly Dimension[]): void;
  /**
   * Adds all nodes of another graph, under names of their own.
   *
   * @param model as `toBytes` gives it
   * @param inputs what each of its inputs is here, by name
   * @returns what its outputs are here, by name
   */
  embed(model: Uint8Array, inputs: ReadonlyMap<string, Value>): ReadonlyMap<string, Value>;
  /** The model as the bytes of an `.onnx` file. Equal calls give equal bytes. */
  toBytes(): Uint8Array;
}

/**
 * An empty graph. Names that it makes hold a `/`, so they never meet names of inputs and outputs.
 *
 * @throws {Error} from `input` and `node` if a name is taken.
 */
export function graphBuilder(graphName: string): GraphBuilder {
  const graph = onnx.GraphProto.create({ name: graphName });
  const taken = new Set<string>();
  let made = 0;

  const claim = (name: string): Value => {
    if (taken.has(name)) throw new Error(`graph ${graphName} has two values named ${name}`);
    taken.add(name);
    return name as Value;
  };
  const makeName = (kind: string): Value => claim(`${graphName}/${kind}_${made++}`);

  return {
    input(name, type, dims) {
      graph.input.push(valueInfo(name, type, dims));
      return claim(name);
    },
    constant(tensor) {
      const name = makeName("constant");
      graph.initializer.push(tensorProto(name, tensor));
      return name;
    },
    node(operator, inputs, options = {}) {
      const { attributes = {}, domain = DEFAULT_DOMAIN, output, unusedOutputs = 0 } = options;
      const name = output === undefined ? makeName(operator) : claim(output);
      graph.node.push(
        onnx.NodeProto.create({
          opType: operator,
          name,
          domain,
          input: [...inputs],
          output: [name, ...Array.from({ length: unusedOutputs }, () => makeName(operator))],
          attribute: Object.entries(attributes).map(([key, value]) => attributeProto(key, value)),
        }),
      );
      return name;
    },
    embed(model, inputs) {
      const embedded = onnx.ModelProto.decode(model).graph as onnxProto.onnx.GraphProto;
      const prefix = `${graphName}/embedded_${made++}`;
      const renamed = (name: string): Value => {
        // "" is an input that an operator does without.
        if (name === "") return name as Value;
        return inputs.get(name) ?? (`${prefix}/${name}` as Value);
      };
      for (const constant of embedded.initializer) {
        graph.initializer.push({ ...constant, name: renamed(constant.name as string) });
      }
      for (const node of embedded.node as onnxProto.onnx.NodeProto[]) {
        graph.node.push(
          onnx.NodeProto.create({
            ...node,
            name: `${prefix}/${node.name}`,
            input: node.input.map(renamed),
            output: node.output.map(renamed),
          }),
        );
      }
      return new Map(
        embedded.output.map(({ name }) => [name as string, renamed(name as string)] as const),
      );
    },
    output(value, type, dims) {
      graph.output.push(valueInfo(value, type, dims));
    },
    toBytes() {
      const usesContrib = graph.node.some(({ domain }) => domain === CONTRIB_DOMAIN);
      const model = onnx.ModelProto.create({
        irVersion: IR_VERSION,
        producerName: "millrace",
        opsetImport: [
          { domain: DEFAULT_DOMAIN, version: OPSET },
          { domain: ML_DOMAIN, version: ML_OPSET },
          ...(usesContrib ? [{ domain: CONTRIB_DOMAIN, version: CONTRIB_OPSET }] : []),
        ],
        graph,
      });
      // `finish` gives a Buffer in Node; a plain copy keeps the type the same everywhere.
      return Uint8Array.from(onnx.ModelProto.encode(model).finish());
    },
  };
}

function valueInfo(name: string, type: ElementType, dims: readonly Dimension[]) {
  const dim = dims.map((size) =>
    typeof size === "number" ? { dimValue: size } : { dimParam: size },
  );
  return onnx.ValueInfoProto.create({
    name,
    type: { tensorType: { elemType: ELEMENT[type], shape: { dim } } },
  });
}

function attributeProto(name: string, value: Attribute) {
  if ("int" in value) return { name, type: AttributeType.INT, i: value.int };
  if ("ints" in value) return { name, type: AttributeType.INTS, ints: Array.from(value.ints) };
  if ("tensor" in value) {
    return { name, type: AttributeType.TENSOR, t: tensorProto("", value.tensor) };
  }
  const utf8 = new TextEncoder();
  if ("string" in value) return { name, type: AttributeType.STRING, s: utf8.encode(value.string) };
  return {
    name,
    type: AttributeType.STRINGS,
    strings: value.strings.map((text) => utf8.encode(text)),
  };
}
