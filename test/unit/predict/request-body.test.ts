import { deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { makeHandler } from "../../../functions/predict/handler.ts";
import { httpEvent } from "../../fixtures/http-event.ts";
import { MODEL, servingWorld } from "../../fixtures/serving-world.ts";

const PATH = `/models/${MODEL}/predictions`;
const FLIGHT = { date: "2001-06-03T17:10:00Z", origin: "ORD", destination: "LAX", distance: 1745 };
const BODY = JSON.stringify({ instances: [FLIGHT] });

/** 64 KB that hold 64 MB. */
const BLANKS = gzipSync(Buffer.alloc(64 * 1024 * 1024, " "));

const world = servingWorld();
world.promote(world.publish());
const handler = makeHandler({ ...world.deps, afterAnswer: () => undefined });

async function post(body: string | Buffer, headers: Record<string, string> = {}, path = PATH) {
  const isBase64Encoded = typeof body !== "string";
  const text = isBase64Encoded ? body.toString("base64") : body;
  const answer = await handler(httpEvent("POST", path, text, { headers, isBase64Encoded }));
  return { status: answer.statusCode, body: JSON.parse(answer.body ?? "") };
}

describe("bodies of requests", () => {
  it.each([
    ["application/json", 200],
    ["Application/JSON; charset=UTF-8", 200],
    ["application/vnd.ours+json", 200],
    ["application/x-www-form-urlencoded", 200],
    ["text/plain;charset=UTF-8", 200],
    ["", 200],
    ["application/json; charset=utf-16", 415],
    ["application/xml", 415],
    ["text/csv", 415],
    ["application/octet-stream", 415],
    ["multipart/form-data; boundary=x", 415],
    ["wild text", 415],
  ])("of type %j are answered with %d", async (type, status) => {
    expect((await post(BODY, { "content-type": type })).status).toBe(status);
  });

  it.each([
    ["gzip", gzipSync(BODY), 200],
    ["deflate", deflateSync(BODY), 200],
    ["GZIP", gzipSync(BODY), 200],
    ["identity", Buffer.from(BODY), 200],
    ["gzip", Buffer.from(BODY), 400],
    ["gzip", gzipSync(BODY).subarray(0, 20), 400],
    ["gzip", Buffer.concat([gzipSync(BODY), Buffer.from("x")]), 400],
    ["gzip", gzipSync("{"), 400],
    ["gzip", gzipSync(""), 400],
    ["gzip", Buffer.alloc(0), 400],
    ["br", Buffer.from(BODY), 415],
    ["gzip, gzip", Buffer.from(BODY), 415],
    // 64 MB of blanks, and a second time where nothing may stand: unpacking ends before it gets there
    ["gzip", Buffer.concat([BLANKS, BLANKS]), 413],
  ])("packed by %s are unpacked, %#", async (encoding, bytes, status) => {
    expect((await post(bytes, { "content-encoding": encoding })).status).toBe(status);
  });

  it.each([
    ["lists in lists", "[".repeat(100_000) + "]".repeat(100_000)],
    ["objects in objects", `{"instances":[${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}]}`],
    [
      "tensors in tensors",
      `{"inputs":[{"name":"distance","shape":[1],"datatype":"FP64","data":${"[".repeat(100_000)}${"]".repeat(100_000)}}]}`,
    ],
    [
      "parameters in parameters",
      `{"inputs":[],"parameters":{"a":${'{"a":'.repeat(100_000)}1${"}".repeat(100_001)}}`,
    ],
    ["NaN, which is no JSON", BODY.replace("1745", "NaN")],
    ["Infinity, which is no JSON", BODY.replace("1745", "-Infinity")],
    ["a number beyond every double", BODY.replace("1745", "1e999")],
    ["half of a pair of UTF-16", BODY.replace('"distance"', '"\\ud800"')],
    ["an object that changes others", BODY.replace('"distance"', '"__proto__":{"x":1},"distance"')],
  ])("with %s are refused by every protocol", async (_name, body) => {
    for (const path of [
      PATH,
      `/v2/models/${MODEL}/infer`,
      `/v1/models/${MODEL}:predict`,
      "/invocations",
    ]) {
      expect((await post(body, {}, path)).status).toBe(400);
    }
    expect({}).not.toHaveProperty("x");
    expect(world.logged).toEqual([]);
  });

  it("keep what is no letter of English", async () => {
    const answer = await post(BODY.replace('"ORD"', '"ü🛬"'));

    expect(answer.status).toBe(200);
  });
});
