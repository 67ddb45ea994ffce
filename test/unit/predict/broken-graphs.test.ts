import proto from "onnx-proto";
import { describe, expect, it } from "vitest";
import { modelInputs } from "../../../core/definition/model-inputs.ts";
import { storageKeys, versionFiles } from "../../../core/storage-keys.ts";
import { makeHandler } from "../../../functions/predict/handler.ts";
import { httpEvent } from "../../fixtures/http-event.ts";
import { MODEL, servingWorld } from "../../fixtures/serving-world.ts";
import { tinyGraph } from "../../fixtures/tiny-graph.ts";

const { onnx } = proto;
const FLIGHT = { date: "2001-06-03T17:10:00Z", origin: "ORD", destination: "LAX", distance: 1745 };
const world = servingWorld();
const handle = makeHandler(world.deps);
const good = tinyGraph(modelInputs(world.definition));

/** 10 GB of float32. */
const HUGE = 2_500_000_000;
const SHAPE = { dims: [2], dataType: 7 };
const asRaw = new Uint8Array(new BigInt64Array([1n, BigInt(HUGE)]).buffer);

/** The good graph with more in it. */
function graphWith(change: (graph: proto.onnx.IGraphProto) => void): Uint8Array {
  const model = onnx.ModelProto.decode(good);
  change(model.graph as proto.onnx.IGraphProto);
  return onnx.ModelProto.encode(model).finish();
}

const withTensor = (tensor: proto.onnx.ITensorProto) =>
  graphWith(({ initializer }) => initializer?.push({ name: "huge", dataType: 1, ...tensor }));

const withNodes = (nodes: proto.onnx.INodeProto[], tensors: proto.onnx.ITensorProto[] = []) =>
  graphWith(({ node, initializer }) => {
    initializer?.push(...tensors);
    node?.push(...nodes);
  });

const ask = (version: number) =>
  handle(
    httpEvent("POST", `/models/${MODEL}/versions/${version}/predictions`, { instances: [FLIGHT] }),
  );

describe("a version whose graph is broken", () => {
  it.each<[string, Uint8Array, RegExp]>([
    ["is empty", new Uint8Array(0), /cannot be served/],
    ["is not a graph", new Uint8Array(1_000).fill(7), /onnx runtime refuses/],
    ["is cut off", good.subarray(0, good.length / 2), /onnx runtime refuses/],
    ["has a tensor of 10 GB", withTensor({ dims: [1, HUGE] }), /tensor huge asks for 2500000000/],
    [
      "has its tensor in a file",
      withTensor({ dims: [1], dataLocation: 1 }),
      /tensor huge lies outside of the graph/,
    ],
    [
      "makes 10 GB of a shape",
      withNodes(
        [{ opType: "ConstantOfShape", input: ["shape"], output: ["wide"] }],
        [{ ...SHAPE, name: "shape", int64Data: [1, HUGE] }],
      ),
      /operator ConstantOfShape asks for 2500000000/,
    ],
    [
      "makes 10 GB of a shape in raw bytes",
      withNodes(
        [{ opType: "Expand", input: ["bias", "shape"], output: ["wide"] }],
        [{ ...SHAPE, name: "shape", rawData: asRaw }],
      ),
      /operator Expand asks for 2500000000/,
    ],
    [
      "makes 10 GB of a constant",
      withNodes([
        {
          opType: "Constant",
          output: ["shape"],
          attribute: [{ name: "value", type: 4, t: { ...SHAPE, int64Data: [1, HUGE] } }],
        },
        { opType: "Tile", input: ["bias", "shape"], output: ["wide"] },
      ]),
      /operator Tile asks for 2500000000/,
    ],
  ])("is answered with 503 where it %s, and others go on", async (_name, graph, message) => {
    const broken = world.publish({ graph });
    const other = world.publish();

    const refused = await ask(broken);
    expect(refused.statusCode, refused.body).toBe(503);
    expect(refused.body).toContain("IntegrityError");
    await expect(world.load(MODEL, broken)).rejects.toThrow(message);
    expect((await ask(other)).statusCode).toBe(200);
  });
});

describe("a version without a file that no prediction needs", () => {
  it("answers requests, and is whole for no promotion", async () => {
    const version = world.publish();
    world.store.objects.delete(`${storageKeys.version(MODEL, version)}/${versionFiles.baseline}`);

    const loaded = await world.loadServed(MODEL, version);
    await loaded.release();
    expect(loaded.version).toBe(version);
    await expect(world.load(MODEL, version)).rejects.toThrow(/cannot be served/);
  });
});
