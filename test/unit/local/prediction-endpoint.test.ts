import { afterEach, describe, expect, it } from "vitest";
import { listen, type RunningServer } from "../../../local/http-server.ts";
import { predictionEndpoint } from "../../../local/prediction-endpoint.ts";

let server: RunningServer;
afterEach(() => server.stop());

const SHOP = "https://shop.example.com";

async function setUp(usedBytes = 0) {
  const answered: string[] = [];
  const respond = predictionEndpoint({
    handle: async ({ rawPath }) => {
      answered.push(rawPath);
      return { statusCode: 200, body: "{}" };
    },
    newRequestId: () => "r",
    allowedOrigins: [SHOP],
    clock: () => 0,
    stopwatch: () => 0,
    memory: { limitBytes: 1e9, usedBytes: () => usedBytes },
    onShed: () => answered.push("shed"),
    afterAnswer: () => answered.push("after"),
  });
  server = await listen(0, respond, () => {});
  return { url: `http://127.0.0.1:${server.port}`, answered };
}

const body = Buffer.alloc(7_000_000, "x");

describe("predictionEndpoint", () => {
  it("runs what follows an answer once it is out", async () => {
    const { url, answered } = await setUp();

    await fetch(`${url}/v2`);

    expect(answered).toEqual(["/v2", "after"]);
  });

  it("lets a page of a listed origin ask, by a preflight and by what its browser may show it", async () => {
    const { url, answered } = await setUp();
    const preflight = { "access-control-request-method": "POST", origin: SHOP };

    const allowed = await fetch(url, { method: "OPTIONS", headers: preflight });
    const answer = await fetch(`${url}/v2`, { headers: { origin: SHOP } });

    const { headers } = allowed;
    expect(allowed.status).toBe(200);
    expect(headers.get("access-control-allow-origin")).toBe(SHOP);
    expect(headers.get("access-control-allow-methods")).toBe("GET,HEAD,POST");
    expect(headers.get("access-control-allow-headers")).toContain("authorization");
    expect(answer.headers.get("access-control-allow-origin")).toBe(SHOP);
    expect(answer.headers.get("access-control-expose-headers")).toContain("x-request-id");
    expect(answer.headers.get("vary")).toBe("Origin");
    expect(answered).toEqual(["/v2", "after"]);
  });

  it("tells a page of another origin nothing that its browser would take for a yes", async () => {
    const { url, answered } = await setUp();
    const origin = "https://evil.example.com";
    const preflight = { "access-control-request-method": "POST", origin };

    const refused = await fetch(url, { method: "OPTIONS", headers: preflight });
    const answer = await fetch(`${url}/v2`, { headers: { origin } });
    const command = await fetch(url, { method: "OPTIONS", headers: { origin: SHOP } });

    expect([...refused.headers.keys()].filter((name) => name.startsWith("access"))).toEqual([]);
    expect(answer.headers.has("access-control-allow-origin")).toBe(false);
    // no preflight: it goes on to the routes
    expect(command.status).toBe(200);
    expect(answered).toEqual(["/v2", "after", "/", "after"]);
  });

  it.each([
    [
      "/models/m/predictions",
      { error: "TooLargeError", message: expect.stringContaining("bytes") },
    ],
    ["/v2/models/m/infer", { error: expect.stringContaining("bytes") }],
  ])("fails with 413 on 7 MB at %s, in the words of its protocol", async (path, expected) => {
    const { url, answered } = await setUp();

    const answer = await fetch(`${url}${path}`, { method: "POST", body });

    expect(answer.status).toBe(413);
    expect(await answer.json()).toEqual(expected);
    expect(answered).toEqual([]);
  });

  it("sheds with 503 before it reads a body that there is no memory for, but health is told", async () => {
    const { url, answered } = await setUp(0.9e9);

    const shed = await fetch(`${url}/v2/models/m/infer`, { method: "POST", body });
    const health = await fetch(`${url}/v2/health/ready`, { method: "POST", body: "x" });
    const small = await fetch(`${url}/v2`, { method: "POST", body: "x" });

    expect(shed.status).toBe(503);
    expect(shed.headers.get("retry-after")).toBe("1");
    expect(await shed.json()).toEqual({ error: expect.stringContaining("too many requests") });
    expect([health.status, small.status]).toEqual([200, 200]);
    expect(answered).toEqual(["shed", "/v2/health/ready", "after", "/v2", "after"]);
  });
});
