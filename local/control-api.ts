import type { IncomingMessage } from "node:http";
import { ForbiddenError, InvalidInputError, NotFoundError, TooLargeError } from "../core/errors.ts";
import { type ControlAnswer, type ControlApiDeps, LONGEST_NAME } from "./control-call.ts";
import { CONTROL_CALLS } from "./control-calls.ts";

/**
 * Management of the local platform: what the console and the `millrace` command call. On AWS the same
 * is done through Step Functions, DynamoDB and IAM.
 *
 * @throws {PlatformError} which the HTTP server turns into an answer
 */
export async function controlApi(
  deps: ControlApiDeps,
  request: IncomingMessage,
): Promise<ControlAnswer> {
  refuseStrangers(request);
  const url = new URL(request.url ?? "/", "http://localhost");
  for (const [method, pattern, call] of CONTROL_CALLS) {
    const path = match(pattern, url.pathname);
    if (method !== request.method || !path) continue;
    const body = method === "GET" ? undefined : await readJson(request);
    if (pattern.startsWith("/api/models/:")) await knownModel(deps, path[0]);
    return call(deps, path, { query: url.searchParams, body });
  }
  throw new NotFoundError(`there is no ${request.method} ${url.pathname}`);
}

/** A page of another site that a browser shows on this machine must not command the platform. */
function refuseStrangers({ headers }: IncomingMessage): void {
  const own = /^(https?:\/\/)?(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;
  if (!own.test(headers.host ?? "") || !own.test(headers.origin ?? "localhost")) {
    throw new ForbiddenError(
      "the control api answers only to this machine's own pages and commands",
    );
  }
}

function match(pattern: string, pathname: string): readonly string[] | undefined {
  const wanted = pattern.split("/");
  const given = pathname.split("/");
  if (wanted.length !== given.length) return undefined;
  const fits = wanted.every((part, i) => (part === ":" ? given[i] !== "" : part === given[i]));
  return fits ? given.filter((_part, i) => wanted[i] === ":").map(decoded) : undefined;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (cause) {
    throw new InvalidInputError(`${JSON.stringify(part)} in the path is not percent-encoded text`, {
      cause,
    });
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > 65_536) throw new TooLargeError("a control request may have 64 KiB");
    chunks.push(chunk);
  }
  if (size === 0) return {};
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch (cause) {
    throw new InvalidInputError(`the body is no JSON: ${(cause as Error).message}`, { cause });
  }
}

async function knownModel({ registry }: ControlApiDeps, model = ""): Promise<void> {
  if (model.length > LONGEST_NAME) throw new NotFoundError("no model has so long a name");
  await registry.model(model);
}
