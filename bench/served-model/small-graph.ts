import proto from "onnx-proto";

const { onnx } = proto;
type Node = proto.onnx.INodeProto;

const FLOAT = 1;
const STRING = 8;
const NUMBERS = ["distance", "hour", "weekday"];
const CATEGORIES = ["origin", "destination"];

/**
 * A logistic model of the served model's inputs as a graph whose size is chosen: probability of
 * sigmoid(0.001 * sum of numbers + value of each category), a missing number counts as 0.
 *
 * @param categories that each of both category inputs knows: 40,000 bytes for 1,000
 */
export function smallGraph(categories: number): Uint8Array {
  const nodes: Node[] = [];
  const terms = [...NUMBERS.map(numberTerm), ...CATEGORIES.map(categoryTerm)];
  const logit = terms.reduce((sum, term, i) => {
    nodes.push(node("Add", [sum, term], `sum_${i}`));
    return `sum_${i}`;
  }, "zero");
  nodes.push(
    node("Sigmoid", [logit], "positive"),
    node("Sub", ["one", "positive"], "negative"),
    { ...node("Concat", ["negative", "positive"], "probabilities"), attribute: [axis(1)] },
    { ...node("ArgMax", ["probabilities"], "label"), attribute: [axis(1), keepdims(0)] },
  );
  const constants = { zero: 0, one: 1, weight: 0.001 };
  const graph = onnx.GraphProto.create({
    name: "small",
    node: nodes,
    input: [
      ...NUMBERS.map((name) => value(name, FLOAT, 1)),
      ...CATEGORIES.map((name) => value(name, STRING, 1)),
    ],
    output: [value("label", 7), value("probabilities", FLOAT, 2)],
    initializer: Object.entries(constants).map(([name, number]) => ({
      ...{ name, dims: [1], dataType: FLOAT, floatData: [number] },
    })),
  });
  const opsetImport = [
    { domain: "", version: 15 },
    { domain: "ai.onnx.ml", version: 2 },
  ];
  return onnx.ModelProto.encode({ irVersion: 8, opsetImport, graph }).finish();

  function numberTerm(name: string): string {
    nodes.push(
      node("IsNaN", [name], `${name}_missing`),
      node("Where", [`${name}_missing`, "zero", name], `${name}_present`),
      node("Mul", [`${name}_present`, "weight"], `${name}_term`),
    );
    return `${name}_term`;
  }

  function categoryTerm(name: string): string {
    const keys = Array.from({ length: categories }, (_, i) => Buffer.from(`${name}-${i}`));
    const attribute = [
      { name: "keys_strings", type: 8, strings: keys },
      { name: "values_floats", type: 6, floats: keys.map((_, i) => i / categories) },
      { name: "default_float", type: 1, f: 0 },
    ];
    nodes.push({
      ...node("LabelEncoder", [name], `${name}_term`),
      domain: "ai.onnx.ml",
      attribute,
    });
    return `${name}_term`;
  }
}

const node = (opType: string, input: string[], output: string): Node => ({
  ...{ opType, input, output: [output], name: output },
});

const axis = (i: number) => ({ name: "axis", type: 2, i });
const keepdims = (i: number) => ({ name: "keepdims", type: 2, i });

function value(name: string, elemType: number, columns?: number) {
  const dim = [{ dimParam: "n" }, ...(columns === undefined ? [] : [{ dimValue: columns }])];
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}
