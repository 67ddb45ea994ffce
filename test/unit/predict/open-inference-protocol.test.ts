import { describe, expect, it } from "vitest";
import { UnavailableError } from "../../../core/errors.ts";
import { makeHandler } from "../../../functions/predict/handler.ts";
import { httpEvent } from "../../fixtures/http-event.ts";
import { MODEL, servingWorld } from "../../fixtures/serving-world.ts";

const INFER = `/v2/models/${MODEL}/infer`;
const DATES = ["2001-06-03T17:10:00Z", "2001-06-03T00:00:00Z"];

const column = (
  name: string,
  datatype: string,
  data: readonly unknown[],
  shape = [data.length],
) => ({
  name,
  shape,
  datatype,
  data,
});

/** Two flights, a tensor a field. */
const columns = () => [
  column("date", "BYTES", DATES),
  column("distance", "FP64", [1745, 0]),
  column("origin", "BYTES", ["ORD", "LAX"]),
  column("destination", "BYTES", ["LAX", "ORD"]),
];

const replaced = (tensor: { readonly name: string }) =>
  columns().map((other) => (other.name === tensor.name ? tensor : other));

function setUp() {
  const world = servingWorld();
  world.promote(world.publish({ weights: { distance: 0.001, hour: 0 } }));
  const handler = makeHandler(world.deps);
  const call = async (...event: Parameters<typeof httpEvent>) => {
    const { statusCode, headers, body } = await handler(httpEvent(...event));
    return { statusCode, headers, body: JSON.parse(body ?? "null") };
  };
  return { ...world, call, infer: (body: unknown) => call("POST", INFER, body) };
}

describe("Open Inference Protocol v2: metadata and health", () => {
  it.each(["/v2", "/v2/"])(
    "tells the server at %s, with what it can beyond the protocol",
    async (path) => {
      const { call } = setUp();

      expect(await call("GET", path)).toMatchObject({
        statusCode: 200,
        body: {
          name: "millrace",
          version: "0.1.0",
          extensions: ["binary_tensor_data", "model_repository"],
        },
      });
    },
  );

  it("is live, and ready by the text's word and by KServe's", async () => {
    const { call } = setUp();

    expect((await call("GET", "/v2/health/live")).body).toEqual({ live: true });
    expect((await call("GET", "/v2/health/ready")).body).toEqual({ live: true, ready: true });
  });

  it("fails with 503 and the protocol's body while the registry is down", async () => {
    const { deps, logged } = servingWorld();
    const models = () => Promise.reject(new UnavailableError("table millrace-1 is throttled"));
    const handler = makeHandler({ ...deps, registry: { ...deps.registry, models } });

    const answer = await handler(httpEvent("GET", "/v2/health/ready"));

    expect(answer).toMatchObject({ statusCode: 503, headers: { "retry-after": "1" } });
    expect(JSON.parse(answer.body ?? "")).toEqual({
      error: "something that this service needs is not available; try again later",
    });
    expect(logged).toEqual([
      expect.objectContaining({
        path: "/v2/health/ready",
        error: "UnavailableError",
        message: "table millrace-1 is throttled",
      }),
    ]);
  });

  it("lists models", async () => {
    const { call } = setUp();

    expect((await call("GET", "/v2/models")).body).toEqual({ models: [MODEL] });
  });

  it.each([`/v2/models/${MODEL}`, `/v2/models/${MODEL}/versions/1`])(
    "tells tensors and versions at %s",
    async (path) => {
      const { call, publish } = setUp();
      publish({ status: "rejected" });
      publish();

      expect((await call("GET", path)).body).toEqual({
        name: MODEL,
        versions: ["3", "1"],
        platform: "onnx_onnxv1",
        inputs: [
          { name: "date", datatype: "BYTES", shape: [-1] },
          { name: "distance", datatype: "FP64", shape: [-1] },
          { name: "origin", datatype: "BYTES", shape: [-1] },
          { name: "destination", datatype: "BYTES", shape: [-1] },
        ],
        outputs: [
          { name: "label", datatype: "INT64", shape: [-1] },
          { name: "probabilities", datatype: "FP32", shape: [-1, 2] },
        ],
      });
    },
  );

  it.each([
    ["a model", `/v2/models/${MODEL}/ready`, 200],
    ["a version", `/v2/models/${MODEL}/versions/1/ready`, 200],
    ["an unknown model", "/v2/models/invented/ready", 404],
    ["an unknown version", `/v2/models/${MODEL}/versions/7/ready`, 404],
  ])("tells whether %s is ready", async (_name, path, status) => {
    const { call } = setUp();

    const { statusCode, body } = await call("GET", path);

    expect(statusCode).toBe(status);
    expect(Object.keys(body)).toEqual(status === 200 ? ["name", "ready"] : ["error"]);
  });

  it("answers a model without a champion with 503", async () => {
    const { deps } = servingWorld();

    const answer = await makeHandler(deps)(httpEvent("GET", `/v2/models/${MODEL}/ready`));

    expect(answer.statusCode).toBe(503);
  });

  it.each([
    ["POST", "/v2", 405],
    ["GET", INFER, 405],
    ["DELETE", `/v2/models/${MODEL}`, 405],
    ["GET", "/v2/nothing", 404],
    ["POST", "/v2/repository/unknown", 404],
  ])("fails %s %s with %d and the protocol's body", async (method, path, status) => {
    const { call } = setUp();

    const { statusCode, body } = await call(method, path, {});

    expect(statusCode).toBe(status);
    expect(body).toEqual({ error: expect.any(String) });
  });
});

describe("Open Inference Protocol v2: inference", () => {
  it("answers every output, with model, version and id", async () => {
    const { infer } = setUp();

    const { statusCode, body } = await infer({
      id: "call-1",
      parameters: { content_type: "pd" },
      inputs: columns(),
    });

    expect(statusCode).toBe(200);
    expect(body).toEqual({
      model_name: MODEL,
      model_version: "1",
      id: "call-1",
      parameters: { alias: "champion", prediction_id: "id1" },
      outputs: [
        { name: "label", datatype: "INT64", shape: [2], data: [1, 1] },
        { name: "probabilities", datatype: "FP32", shape: [2, 2], data: expect.any(Array) },
      ],
    });
    const [no, yes, ...second] = body.outputs[1].data;
    // sigmoid(1.745)
    expect(yes).toBeCloseTo(0.851322, 5);
    expect(no + yes).toBeCloseTo(1, 6);
    expect(second).toEqual([0.5, 0.5]);
  });

  it("gives no id where none was sent, also by clients that send null", async () => {
    const { infer } = setUp();

    const { body } = await infer({ id: null, parameters: null, outputs: null, inputs: columns() });

    expect(body).not.toHaveProperty("id");
  });

  it("answers exactly the outputs asked for", async () => {
    const { infer } = setUp();

    const { body } = await infer({ inputs: columns(), outputs: [{ name: "probabilities" }] });

    expect(body.outputs.map(({ name }: { readonly name: string }) => name)).toEqual([
      "probabilities",
    ]);
  });

  it.each([
    ["shape [n, 1], flat", column("distance", "FP64", [1745, 0], [2, 1])],
    ["shape [n, 1], nested", column("distance", "FP64", [[1745], [0]], [2, 1])],
    ["FP32", column("distance", "FP32", [1745, 0])],
    ["INT16", column("distance", "INT16", [1745, 0])],
    ["UINT64", column("distance", "UINT64", [1745, 0])],
  ])("takes %s for a number", async (_name, tensor) => {
    const { infer } = setUp();

    const { statusCode, body } = await infer({ inputs: replaced(tensor) });

    expect(statusCode).toBe(200);
    expect(body.outputs[1].data[1]).toBeCloseTo(0.851322, 5);
  });

  it("answers with the version of the path", async () => {
    const { call, publish } = setUp();
    publish();

    const { body } = await call("POST", `/v2/models/${MODEL}/versions/2/infer`, {
      inputs: columns(),
    });

    expect(body).toMatchObject({ model_version: "2", parameters: { alias: "pinned" } });
  });

  it.each([
    ["no inputs", { inputs: [] }, /inputs /],
    [
      "an unknown input",
      { inputs: [...columns(), column("delay", "FP64", [1, 2])] },
      /inputs\[4\]/,
    ],
    ["an input given twice", { inputs: [...columns(), columns()[0]] }, /date was given before/],
    ["a missing input", { inputs: columns().slice(1) }, /inputs must have an input named date/],
    ["an unknown output", { inputs: columns(), outputs: [{ name: "x" }] }, /outputs\[0\]\.name/],
    [
      "a datatype that does not fit",
      { inputs: replaced(column("distance", "BYTES", ["1", "2"])) },
      /inputs\[1\]\.datatype must be one of FP64/,
    ],
    [
      "FP16, which has no form in JSON",
      { inputs: replaced(column("distance", "FP16", [1, 2])) },
      /inputs\[1\]\.datatype must not be FP16 in JSON/,
    ],
    [
      "an output that is asked for twice",
      { inputs: columns(), outputs: [{ name: "label" }, { name: "label" }] },
      /outputs\[1\]\.name label was asked for before/,
    ],
    [
      "a tensor without data",
      { inputs: [{ name: "date", shape: [1], datatype: "BYTES" }] },
      /inputs\[0\]\.data must be a list/,
    ],
    [
      "fewer elements than the shape says",
      { inputs: replaced(column("distance", "FP64", [1], [2])) },
      /inputs\[1\]\.data must have 2 elements/,
    ],
    [
      "another number of rows",
      { inputs: replaced(column("distance", "FP64", [1])) },
      /inputs\[1\]\.shape must be \[2\]/,
    ],
    [
      "data nested otherwise than the shape says",
      { inputs: replaced(column("distance", "FP64", [[1, 2]], [2, 1])) },
      /inputs\[1\]\.data must be flat/,
    ],
    [
      "a fraction as an integer",
      { inputs: replaced(column("distance", "INT32", [1, 2.5])) },
      /inputs\[1\]\.data\[1\] must be a whole number/,
    ],
    [
      "an integer beyond its datatype",
      { inputs: replaced(column("distance", "UINT8", [256, 0])) },
      /inputs\[1\]\.data\[0\] must be a whole number from 0 to 255/,
    ],
    [
      "a signed integer beyond its datatype",
      { inputs: replaced(column("distance", "INT8", [1, 128])) },
      /inputs\[1\]\.data\[1\] must be a whole number from -128 to 127/,
    ],
    [
      "a string for a number",
      { inputs: replaced(column("distance", "FP64", ["1745", 0])) },
      /inputs\[1\]\.data\[0\] must be a finite number, got the string "1745"/,
    ],
    [
      "null where a value is required",
      { inputs: replaced(column("distance", "FP64", [1, null])) },
      /inputs\[1\]\.data\[1\] is required/,
    ],
    [
      "base64 text",
      {
        inputs: replaced({
          ...column("origin", "BYTES", ["T1JE", "TEFY"]),
          ...{ parameters: { content_type: "base64" } },
        }),
      },
      /content_type must not be base64/,
    ],
    [
      "bytes that are not there",
      {
        inputs: [
          { name: "distance", shape: [2], datatype: "FP64", parameters: { binary_data_size: 16 } },
        ],
      },
      /inputs\[0\]\.parameters\.binary_data_size must be at most the 0 bytes/,
    ],
    ["no object", [], /request is wrong/],
    // each of them named would be a million issues
    [
      "a million wrong inputs",
      { inputs: Array(1e6).fill(0) },
      /inputs must have at most 2000, has 1000000/,
    ],
    ["a million wrong outputs", { inputs: columns(), outputs: Array(1e6).fill(0) }, /outputs must/],
    [
      "a thousand wrong axes",
      { inputs: [{ ...column("date", "BYTES", []), shape: Array(1e3).fill("") }] },
      /inputs\[0\]\.shape must have at most 8/,
    ],
    [
      "a thousand wrong parameters",
      { inputs: columns(), parameters: { ...Array(1e3).fill([]) } },
      /wrong: parameters must have at most 16/,
    ],
    [
      "a thousand wrong parameters of an output",
      { inputs: columns(), outputs: [{ name: "label", parameters: { ...Array(1e3).fill([]) } }] },
      /outputs\[0\]\.parameters must have at most 16/,
    ],
  ])("fails with 400 on %s", async (_name, body, message) => {
    const { infer } = setUp();

    const answer = await infer(body);

    expect(answer.statusCode).toBe(400);
    expect(answer.body).toEqual({ error: expect.stringMatching(message) });
  });

  it("fails with 413 on more than 10,000 rows", async () => {
    const { infer } = setUp();

    const many = column("distance", "FP64", Array(10_001).fill(1));
    const answer = await infer({
      inputs: [many, ...columns().filter((c) => c.name !== "distance")],
    });

    expect(answer.statusCode).toBe(413);
  });

  it("fails with 404 on an unknown model", async () => {
    const { call } = setUp();

    expect(
      (await call("POST", "/v2/models/invented/infer", { inputs: columns() })).statusCode,
    ).toBe(404);
  });
});
