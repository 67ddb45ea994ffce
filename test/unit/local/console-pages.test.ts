import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { consolePages } from "../../../local/console-pages.ts";
import { answerJson, listen, type RunningServer } from "../../../local/http-server.ts";

let server: RunningServer;
let url: string;

beforeAll(async () => {
  const serve = await consolePages();
  server = await listen(
    0,
    async (request, response) => {
      if (!serve(request, response)) answerJson(response, 404, {});
    },
    () => {},
  );
  url = `http://127.0.0.1:${server.port}`;
});
afterAll(() => server.stop());

describe("consolePages", () => {
  it.each([
    ["/", "text/html; charset=utf-8"],
    ["/?from=a-bookmark", "text/html; charset=utf-8"],
    ["/console/style.css", "text/css; charset=utf-8"],
    ["/console/icon.svg", "image/svg+xml"],
    ["/console/console.js", "text/javascript; charset=utf-8"],
  ])("serves %s as %s, never from a stale cache", async (path, type) => {
    const response = await fetch(url + path);

    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe(type);
    expect(response.headers.get("cache-control")).toBe("no-cache");
    expect((await response.text()).length).toBeGreaterThan(100);
  });

  it("allows the page its own files only, and no script in its text", async () => {
    const response = await fetch(url);

    const policy = response.headers.get("content-security-policy");
    expect(policy).toMatch(/default-src 'none'; script-src 'self'; style-src 'self'/);
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(await response.text()).not.toMatch(/<script(?![^>]* src=)|<style| on\w+=|https?:/);
  });

  it("bundles everything the page runs, and nothing of what the platform runs", async () => {
    const script = await (await fetch(`${url}/console/console.js`)).text();

    expect(script).not.toMatch(/\bimport\s*[("{*]|\brequire\(/);
    expect(script.length).toBeLessThan(100_000);
  });

  it("answers HEAD without a body, and leaves everything else alone", async () => {
    const head = await fetch(url, { method: "HEAD" });

    expect(Number(head.headers.get("content-length"))).toBeGreaterThan(100);
    expect(await head.text()).toBe("");
    for (const path of ["/console/", "/console/../package.json", "/console/main.ts", "/v2"]) {
      expect((await fetch(url + path)).status, path).toBe(404);
    }
    expect((await fetch(url, { method: "POST" })).status).toBe(404);
  });
});
