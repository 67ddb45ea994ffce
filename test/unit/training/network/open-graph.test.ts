import { describe, expect, it } from "vitest";
import { IntegrityError } from "../../../../core/errors.ts";
import { graphBuilder } from "../../../../core/onnx/graph-builder.ts";
import { graphOpener, openGraph } from "../../../../engine/onnx/open-graph.ts";

/** `sum` = a + b, `product` = a * b, of any shape [n]. */
function sumAndProduct(): Uint8Array {
  const graph = graphBuilder("both");
  const inputs = [graph.input("a", "double", ["n"]), graph.input("b", "double", ["n"])];
  graph.output(graph.node("Add", inputs, { output: "sum" }), "double", ["n"]);
  graph.output(graph.node("Mul", inputs, { output: "product" }), "double", ["n"]);
  return graph.toBytes();
}

const vector = (...values: number[]) => ({
  data: Float64Array.from(values),
  dims: [values.length],
});

describe("openGraph", () => {
  it("runs a graph as often as is asked, with new memory for each output", async () => {
    const graph = await openGraph(sumAndProduct());

    const first = await graph.run({ a: vector(1, 2), b: vector(3, 4) });
    const second = await graph.run({ a: vector(5), b: vector(6) });

    expect(first).toEqual({ sum: vector(4, 6), product: vector(3, 8) });
    expect(second).toEqual({ sum: vector(11), product: vector(30) });
    await graph.release();
  });

  it("writes the outputs that are named to the memory that is given", async () => {
    const graph = await graphOpener({ threads: 2 })(sumAndProduct());
    const sum = vector(0, 0);

    const outputs = await graph.run({ a: vector(1, 2), b: vector(3, 4) }, { sum });

    expect(sum.data).toEqual(Float64Array.of(4, 6));
    expect(outputs).toEqual({ sum });
    await graph.release();
  });

  it("writes to a window of a larger array only", async () => {
    const graph = await openGraph(sumAndProduct());
    const memory = Float64Array.of(9, 9, 9);

    await graph.run(
      { a: vector(1), b: { data: Float64Array.of(7, 8, 9).subarray(1, 2), dims: [1] } },
      { product: { data: memory.subarray(1, 2), dims: [1] } },
    );

    expect([...memory]).toEqual([9, 8, 9]);
    await graph.release();
  });

  it("fails on bytes that are no graph", async () => {
    await expect(openGraph(Uint8Array.of(1, 2, 3))).rejects.toThrow(IntegrityError);
  });
});
