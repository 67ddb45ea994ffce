import onnxProto from "onnx-proto";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { graphBuilder, type Value } from "../../../core/onnx/graph-builder.ts";
import { vector } from "../../../core/onnx/tensor.ts";
import { treeEnsemble } from "../../../core/onnx/tree-ensemble.ts";
import { IR_VERSION, ML_OPSET, OPSET } from "../../../core/onnx/versions.ts";

/** y = x + addend */
function addition(addend: number) {
  const graph = graphBuilder("addition");
  const x = graph.input("x", "double", ["n"]);
  const y = graph.node("Add", [x, graph.constant(vector(Float64Array.of(addend)))], {
    output: "y",
  });
  graph.output(y, "double", ["n"]);
  return graph.toBytes();
}

/** y = x, at most 3: an operator that does without its second input. */
function atMostThree() {
  const graph = graphBuilder("clip");
  const x = graph.input("x", "double", ["n"]);
  const three = graph.constant({ dims: [], values: Float64Array.of(3) });
  graph.output(graph.node("Clip", [x, "" as Value, three], { output: "y" }), "double", ["n"]);
  return graph.toBytes();
}

describe("graphBuilder", () => {
  it("embeds graphs under names of their own, their inputs shared", async () => {
    const graph = graphBuilder("both");
    const x = graph.input("x", "double", ["n"]);
    const [one, two] = [addition(2.5), atMostThree()].map(
      (model) => graph.embed(model, new Map([["x", x]])).get("y") as Value,
    );
    const sum = graph.node("Add", [one as Value, two as Value], { output: "sum" });
    graph.output(sum, "double", ["n"]);

    const session = await InferenceSession.create(graph.toBytes());
    const outputs = await session.run({ x: new Tensor("float64", Float64Array.of(1, 5), [2]) });
    await session.release();

    expect(Array.from(outputs.sum?.data as Float64Array)).toEqual([4.5, 10.5]);
  });

  it("builds a graph that ONNX Runtime runs", async () => {
    const session = await InferenceSession.create(addition(2.5));

    const { y } = await session.run({ x: new Tensor("float64", [1, -7], [2]) });

    expect(y?.data).toEqual(Float64Array.of(3.5, -4.5));
  });

  it("gives equal bytes for equal calls", () => {
    expect(addition(1)).toEqual(addition(1));
    expect(addition(1)).not.toEqual(addition(2));
  });

  it("says who made it and for which operator sets", () => {
    const model = onnxProto.onnx.ModelProto.decode(addition(1));

    expect(model.producerName).toBe("millrace");
    expect(model.irVersion.toString()).toBe(String(IR_VERSION));
    expect(model.opsetImport.map(({ domain, version }) => [domain, Number(version)])).toEqual([
      ["", OPSET],
      ["ai.onnx.ml", ML_OPSET],
    ]);
  });

  it("fails on a name that is taken", () => {
    const graph = graphBuilder("twice");
    graph.input("x", "float", ["n"]);

    expect(() => graph.input("x", "float", ["n"])).toThrow(/two values named x/);
    expect(() => graph.node("Identity", [], { output: "x" })).toThrow(/two values named x/);
  });
});

/** Sums of an ensemble for single numbers. */
async function sums(ensemble: ReturnType<typeof treeEnsemble>, values: readonly number[]) {
  const graph = graphBuilder("trees");
  const x = graph.input("x", "double", ["n", 1]);
  graph.output(ensemble.addTo(graph, x), "double", ["n", 1]);
  const session = await InferenceSession.create(graph.toBytes());
  const feeds = { x: new Tensor("float64", Float64Array.from(values), [values.length, 1]) };
  return Object.values(await session.run(feeds)).map(({ data }) => [...(data as Float64Array)])[0];
}

describe("treeEnsemble", () => {
  const whenTrue = ~0;
  const whenFalse = ~1;

  it("adds up trees and constants", async () => {
    const ensemble = treeEnsemble();
    ensemble.addConstant(100);
    ensemble.addTree([{ feature: 0, upTo: 2, missingIsTrue: false, whenTrue, whenFalse }], [1, 2]);
    ensemble.addTree([{ feature: 0, members: [2, 9], whenTrue, whenFalse }], [10, 20]);

    expect(await sums(ensemble, [2, 9, 1, 3])).toEqual([111, 112, 121, 122]);
  });

  it("sends NaN where each border says, and it is a member of no set", async () => {
    const ensemble = treeEnsemble();
    ensemble.addTree([{ feature: 0, upTo: 2, missingIsTrue: true, whenTrue, whenFalse }], [1, 2]);
    ensemble.addTree(
      [{ feature: 0, upTo: 2, missingIsTrue: false, whenTrue, whenFalse }],
      [10, 20],
    );
    ensemble.addTree([{ feature: 0, members: [1, 0], whenTrue, whenFalse }], [100, 200]);

    expect(await sums(ensemble, [Number.NaN])).toEqual([221]);
  });

  it("keeps sets apart, small ones and ones with more than 30 members or members above 30", async () => {
    const many = Array.from({ length: 40 }, (_, i) => i + 1);
    const sets = [[1], [1, 2, 30], [31], [5, 200], many, [255]];
    const ensemble = treeEnsemble();
    sets.forEach((members, i) => {
      ensemble.addTree([{ feature: 0, members, whenTrue, whenFalse }], [2 ** i, 0]);
    });
    const values = Array.from({ length: 258 }, (_, i) => i - 1);

    const expected = values.map((value) =>
      sets.reduce((sum, members, i) => sum + (members.includes(value) ? 2 ** i : 0), 0),
    );

    expect(await sums(ensemble, values)).toEqual(expected);
  });
});
