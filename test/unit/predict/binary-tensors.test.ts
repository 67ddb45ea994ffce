import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { makeHandler } from "../../../functions/predict/handler.ts";
import { listen } from "../../../local/http-server.ts";
import { predictionEndpoint } from "../../../local/prediction-endpoint.ts";
import { httpEvent } from "../../fixtures/http-event.ts";
import { MODEL, servingWorld } from "../../fixtures/serving-world.ts";

const INFER = `/v2/models/${MODEL}/infer`;
const LENGTH = "inference-header-content-length";

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");
/** Texts as the extension has them: a length in 4 bytes, little endian, then UTF-8. */
const texts = (...all: readonly string[]) =>
  Buffer.concat(
    all.map((text) => {
      const bytes = Buffer.from(text);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      return Buffer.concat([length, bytes]);
    }),
  );

interface Sent {
  readonly name: string;
  readonly datatype: string;
  readonly bytes: Buffer;
}

/** Two flights, all as bytes. 1745.0 and 0.0 as FP32: 0x44da2000, 0. */
const flights = (
  distance: Omit<Sent, "name"> = { datatype: "FP32", bytes: hex("0020da44 00000000") },
) => [
  { name: "date", datatype: "BYTES", bytes: texts("2001-06-03T17:10:00Z", "2001-06-03T00:00:00Z") },
  { name: "distance", ...distance },
  { name: "origin", datatype: "BYTES", bytes: texts("ORD", "Zü") },
  { name: "destination", datatype: "BYTES", bytes: texts("LAX", "") },
];

function setUp() {
  const world = servingWorld();
  world.promote(world.publish({ weights: { distance: 0.001, hour: 0 } }));
  const handler = makeHandler(world.deps);
  const post = async (body: Buffer, headers: Record<string, string>) => {
    const event = httpEvent("POST", INFER, body.toString("base64"), {
      headers: { "content-type": "application/octet-stream", ...headers },
      isBase64Encoded: true,
    });
    const answer = await handler(event);
    const { statusCode, headers: given = {}, isBase64Encoded } = answer;
    const bytes = Buffer.from(answer.body ?? "", isBase64Encoded ? "base64" : "utf8");
    const jsonBytes = Number(given[LENGTH] ?? bytes.length);
    return {
      ...{ statusCode, headers: given, isBase64Encoded },
      body: JSON.parse(bytes.subarray(0, jsonBytes).toString()),
      binary: bytes.subarray(jsonBytes),
    };
  };
  const infer = (tensors: readonly Sent[], more: object = {}, length?: string) => {
    const inputs = tensors.map(({ name, datatype, bytes }) => ({
      ...{ name, datatype, shape: [2] },
      parameters: { binary_data_size: bytes.length },
    }));
    const json = Buffer.from(JSON.stringify({ inputs, ...more }));
    const body = Buffer.concat([json, ...tensors.map(({ bytes }) => bytes)]);
    return post(body, { [LENGTH]: length ?? String(json.length) });
  };
  return { ...world, post, infer };
}

describe("binary tensor data", () => {
  it("comes in behind the JSON, and JSON goes out", async () => {
    const { infer } = setUp();

    const { statusCode, body, headers, binary } = await infer(flights(), { id: "b1" });

    expect(statusCode).toBe(200);
    expect(headers["content-type"]).toBe("application/json");
    expect(binary).toHaveLength(0);
    expect(body.id).toBe("b1");
    // sigmoid(1.745) and sigmoid(0)
    expect(body.outputs[1].data[1]).toBeCloseTo(0.851322, 5);
    expect(body.outputs[1].data[3]).toBe(0.5);
  });

  it("goes out where the request asks for it, little endian, with the length of the JSON", async () => {
    const { infer } = setUp();

    const answer = await infer(flights(), { parameters: { binary_data_output: true } });

    expect(answer).toMatchObject({
      statusCode: 200,
      isBase64Encoded: true,
      headers: { "content-type": "application/octet-stream" },
    });
    const [label, probabilities] = answer.body.outputs;
    expect(label).toEqual({
      ...{ name: "label", datatype: "INT64", shape: [2] },
      parameters: { binary_data_size: 16 },
    });
    expect(probabilities).toMatchObject({ parameters: { binary_data_size: 16 } });
    // labels 1 and 1; behind them [1 - p, p] of each row, the second 0.5 and 0.5 (0x3f000000)
    expect(answer.binary.subarray(0, 16)).toEqual(hex("0100000000000000 0100000000000000"));
    expect(answer.binary.readFloatLE(20)).toBeCloseTo(0.851322, 5);
    expect(answer.binary.subarray(24)).toEqual(hex("0000003f 0000003f"));
  });

  it("goes out by each output's own word, whatever the request's is", async () => {
    const { infer } = setUp();
    const outputs = [
      { name: "probabilities" },
      { name: "label", parameters: { binary_data: false } },
    ];

    const { body, binary } = await infer(flights(), {
      parameters: { binary_data_output: true },
      outputs,
    });

    expect(body.outputs[0]).not.toHaveProperty("data");
    expect(body.outputs[1].data).toEqual([1, 1]);
    expect(binary).toHaveLength(16);
  });

  it.each([
    ["BOOL is no number", "BOOL", "01 00", 400],
    ["UINT8", "UINT8", "ff 00", 200],
    ["INT16", "INT16", "d106 0000", 200],
    // 0x66d1 is 1745 in half precision: 1.7041015625 * 2^10
    ["FP16", "FP16", "d166 0000", 200],
    ["FP64", "FP64", "0000000000449b40 0000000000000000", 200],
    ["INT64", "INT64", "d106000000000000 0000000000000000", 200],
    ["INT64 beyond 2^53", "INT64", "d106000000000000 0100000000002000", 400],
    ["UINT64 beyond 2^53", "UINT64", "ffffffffffffffff 0000000000000000", 400],
    ["an infinity", "FP32", "0000807f 00000000", 400],
    ["NaN, which is missing, where a value is required", "FP32", "0000c07f 00000000", 400],
    ["half an element", "FP32", "0000c07f 0000", 400],
    ["one element for two rows", "FP32", "00000000", 400],
    ["a datatype that is none", "BF16", "0000 0000", 400],
    ["a datatype of every object", "constructor", "0000 0000", 400],
  ])("answers %s, as %s of %s, with %i", async (_name, datatype, bytes, status) => {
    const { infer } = setUp();

    const { statusCode, body } = await infer(flights({ datatype, bytes: hex(bytes) }));

    expect(statusCode).toBe(status);
    if (status === 400) expect(body.error).toMatch(/inputs\[1\]\.(data|shape|datatype|parameters)/);
    else if (datatype !== "UINT8") expect(body.outputs[1].data[1]).toBeCloseTo(0.851322, 5);
  });

  it.each([
    ["is longer than the body", "100000", /how many of the \d+ bytes/],
    ["is no number", "1e2", /how many of the \d+ bytes/],
    ["is negative", "-1", /how many of the \d+ bytes/],
    ["is too short", "10", /not JSON/],
    ["ends within the tensors", "400", /not JSON|not UTF-8/],
  ])("fails with 400 on a header that %s", async (_name, length, message) => {
    const { infer } = setUp();

    const { statusCode, body } = await infer(flights(), {}, length);

    expect(statusCode).toBe(400);
    expect(body).toEqual({ error: expect.stringMatching(message) });
  });

  it.each([
    ["bytes that no tensor names", Buffer.from("left over"), undefined, /must name all \d+ bytes/],
    ["a text that is longer than what is left", hex("ff000000 41"), "BYTES", /ends within text 0/],
    ["a length that is cut off", hex("0000"), "BYTES", /ends within text 0/],
    ["a text that is not UTF-8", hex("01000000 ff"), "BYTES", /text 0 is none/],
  ])("fails with 400 on %s", async (_name, bytes, datatype, message) => {
    const { infer, post } = setUp();
    const sent = { name: "origin", datatype: "BYTES", bytes };
    const json = Buffer.from(
      `{"inputs":[{"name":"origin","shape":[1],"datatype":"BYTES","data":["A"]}]}`,
    );

    const answer = datatype
      ? await infer([sent])
      : await post(Buffer.concat([json, bytes]), { [LENGTH]: String(json.length) });

    expect(answer).toMatchObject({
      statusCode: 400,
      body: { error: expect.stringMatching(message) },
    });
  });

  it("fails with 400 on sizes beside data, negative ones, and fractions", async () => {
    const { post } = setUp();
    const sizes = [{ data: [1], size: 8 }, { size: -8 }, { size: 0.5 }];

    for (const { size, ...data } of sizes) {
      const input = { name: "distance", shape: [1], datatype: "FP64", ...data };
      const inputs = [{ ...input, parameters: { binary_data_size: size } }];
      const json = Buffer.from(JSON.stringify({ inputs }));
      const body = Buffer.concat([json, Buffer.alloc(8)]);
      const answer = await post(body, { [LENGTH]: String(json.length) });
      expect(answer.statusCode).toBe(400);
      expect(answer.body.error).toContain("binary_data_size must");
    }
  });

  it("takes JSON alone under the type of bytes", async () => {
    const { post } = setUp();

    const answer = await post(Buffer.from(`{"inputs":[]}`), {});

    expect(answer.body.error).toMatch(/inputs /);
  });
});

describe("binary tensor data over HTTP", () => {
  it.each(["application/octet-stream", "application/json", undefined])(
    "goes both ways through the local server, packed or not, under the type %s",
    async (type) => {
      const { deps } = setUp();
      const endpoint = predictionEndpoint({
        handle: makeHandler({ ...deps, afterAnswer: () => undefined }),
        newRequestId: () => "r",
        clock: deps.clock,
        stopwatch: deps.stopwatch,
        onShed: () => undefined,
        afterAnswer: () => undefined,
      });
      const { port, stop } = await listen(0, endpoint, () => undefined);
      const tensors = flights();
      const inputs = tensors.map(({ name, datatype, bytes }) => ({
        ...{ name, datatype, shape: [2] },
        parameters: { binary_data_size: bytes.length },
      }));
      const json = Buffer.from(
        JSON.stringify({ inputs, parameters: { binary_data_output: true } }),
      );
      const body = Buffer.concat([json, ...tensors.map(({ bytes }) => bytes)]);
      const headers = { [LENGTH]: String(json.length), ...(type && { "content-type": type }) };
      const send = (sent: Buffer, more = {}) =>
        fetch(`http://127.0.0.1:${port}${INFER}`, {
          method: "POST",
          headers: { ...headers, ...more },
          body: new Uint8Array(sent),
        });

      for (const answer of [
        await send(body),
        await send(gzipSync(body), { "content-encoding": "gzip" }),
      ]) {
        const bytes = Buffer.from(await answer.arrayBuffer());
        const behind = bytes.subarray(Number(answer.headers.get(LENGTH)));
        expect(answer.status).toBe(200);
        expect(behind.readFloatLE(20)).toBeCloseTo(0.851322, 5);
      }
      await stop();
    },
  );
});
