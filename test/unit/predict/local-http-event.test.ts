import { request } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { eventOfRequest, writeAnswer } from "../../../local/http-event.ts";
import { listen, type RunningServer } from "../../../local/http-server.ts";

let server: RunningServer | undefined;

afterEach(() => server?.stop());

/** A server that answers with the event it made of the request. */
async function setUp(answer: Partial<Parameters<typeof writeAnswer>[1]> = {}) {
  server = await listen(
    0,
    async (incoming, response) => {
      const reading = { requestId: "r1", timeMs: 0, mostBodyBytes: 1_000_000 };
      const event = await eventOfRequest(incoming, reading);
      writeAnswer(response, { statusCode: 200, body: JSON.stringify(event), ...answer });
    },
    () => undefined,
  );
  return `http://127.0.0.1:${server.port}`;
}

describe("eventOfRequest and writeAnswer", () => {
  it("gives a Function URL's event", async () => {
    const url = await setUp();

    const answer = await fetch(`${url}/v2/models?a=1&b=2`, {
      method: "POST",
      headers: { "content-type": "application/json", "X-Request-Id": "x" },
      body: `{"é":1}`,
    });

    expect(await answer.json()).toMatchObject({
      version: "2.0",
      rawPath: "/v2/models",
      rawQueryString: "a=1&b=2",
      headers: { "x-request-id": "x" },
      requestContext: { requestId: "r1", http: { method: "POST", path: "/v2/models" } },
      isBase64Encoded: false,
      body: `{"é":1}`,
    });
  });

  it("gives no body where there is none, and base64 where it is no text", async () => {
    const url = await setUp();
    const headers = { "content-type": "application/octet-stream" };

    const none = await (await fetch(url)).json();
    const bytes = await (await fetch(url, { method: "POST", headers, body: "\u0001" })).json();

    expect(none).not.toHaveProperty("body");
    expect(bytes).toMatchObject({ isBase64Encoded: true, body: "AQ==" });
  });

  it("gives bytes that are no text as base64, whatever their type", async () => {
    const url = await setUp();
    const headers = { "content-type": "application/json" };

    const body = Uint8Array.of(123, 255);
    const event = await (await fetch(url, { method: "POST", headers, body })).json();

    expect(event).toMatchObject({ isBase64Encoded: true, body: "e/8=" });
  });

  it("leaves the body out of an answer to HEAD, and says its length", async () => {
    const url = await setUp({ body: "12345" });

    const answer = await fetch(url, { method: "HEAD" });

    expect(answer.headers.get("content-length")).toBe("5");
    expect(await answer.text()).toBe("");
  });

  it("writes status, headers and bytes", async () => {
    const url = await setUp({
      statusCode: 201,
      headers: { "x-a": "b" },
      body: "AQI=",
      isBase64Encoded: true,
    });

    const answer = await fetch(url);

    expect(answer.status).toBe(201);
    expect(answer.headers.get("x-a")).toBe("b");
    expect([...new Uint8Array(await answer.arrayBuffer())]).toEqual([1, 2]);
  });

  it("answers 413 to 10 MB while they are still being sent, and stays up", async () => {
    const url = await setUp();

    const body = Buffer.alloc(10_000_000, "x");
    const answer = await fetch(url, { method: "POST", body });

    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ error: "TooLargeError" });
    expect((await fetch(url)).status).toBe(200);
  });

  it("survives a caller that hangs up in the middle of its body", async () => {
    const url = await setUp();
    const aborted = new Promise<void>((resolve) => {
      const half = request(url, { method: "POST", headers: { "content-length": "100" } });
      half.on("error", () => resolve());
      half.write("x", () => half.destroy(new Error("gone")));
    });
    await aborted;

    expect((await fetch(url)).status).toBe(200);
  });
});
