import type { IncomingMessage, ServerResponse } from "node:http";
import { CORS } from "../core/access/cors.ts";

/**
 * Does what a Function URL does for pages of other origins: answers preflights itself, and adds to each
 * answer whether the page may see it. An origin that is not listed is told nothing, so that its
 * browser keeps the answer from it.
 *
 * @returns whether the request was a preflight, which is answered now
 */
export function answersCors(
  origins: readonly string[],
  { method, headers }: IncomingMessage,
  response: ServerResponse,
): boolean {
  const { origin } = headers;
  if (origins.length === 0) return false;
  response.setHeader("vary", "Origin");
  const isListed = origin !== undefined && origins.includes(origin);
  if (isListed) {
    response.setHeader("access-control-allow-origin", origin);
    response.setHeader("access-control-expose-headers", CORS.exposed.join(","));
  }
  const isPreflight =
    method === "OPTIONS" && headers["access-control-request-method"] !== undefined;
  if (!isPreflight) return false;
  if (isListed) {
    response.setHeader("access-control-allow-methods", CORS.methods.join(","));
    response.setHeader("access-control-allow-headers", CORS.headers.join(","));
    response.setHeader("access-control-max-age", String(CORS.maxAgeSeconds));
  }
  response.statusCode = 200;
  response.end();
  return true;
}
