import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

interface Page {
  readonly type: string;
  readonly body: Uint8Array;
}

/** Serves the console. @returns false if the request is for something else */
export type ServeConsole = (request: IncomingMessage, response: ServerResponse) => boolean;

const folder = new URL("../console/", import.meta.url);

/**
 * Nothing but this server's own files, and no way to make script of text: names and messages that
 * the page shows may come from anybody.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

const HEADERS = {
  "cache-control": "no-cache",
  "content-security-policy": POLICY,
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
} as const;

/** Bundles the console in memory, which takes some tens of milliseconds, and serves it at `/`. */
export async function consolePages(): Promise<ServeConsole> {
  const file = (name: string) => readFile(new URL(name, folder));
  const [html, css, icon, script] = await Promise.all([
    file("index.html"),
    file("style.css"),
    file("icon.svg"),
    bundledScript(),
  ]);
  const pages = new Map<string, Page>([
    ["/", { type: "text/html; charset=utf-8", body: html }],
    ["/console/style.css", { type: "text/css; charset=utf-8", body: css }],
    ["/console/icon.svg", { type: "image/svg+xml", body: icon }],
    ["/console/console.js", { type: "text/javascript; charset=utf-8", body: script }],
  ]);

  return ({ method, url = "" }, response) => {
    const page = pages.get(url.split("?", 1)[0] ?? "");
    if (!page || (method !== "GET" && method !== "HEAD")) return false;
    response.writeHead(200, {
      ...HEADERS,
      "content-type": page.type,
      "content-length": page.body.byteLength,
    });
    response.end(method === "HEAD" ? undefined : page.body);
    return true;
  };
}

async function bundledScript(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("main.ts", folder))],
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
    minify: true,
    logLevel: "silent",
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}
