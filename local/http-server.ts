import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { HTTP_STATUS, PlatformError, UnavailableError } from "../core/errors.ts";

export interface RunningServer {
  readonly port: number;
  /** Stops taking connections, lets answers under way end for a grace time, then resolves. */
  stop(): Promise<void>;
}

/** Answers a request, or throws a `PlatformError`. */
export type Respond = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** How long an answer under way may take once the server is to stop. */
const GRACE_MS = 5_000;
/** How long a caller may take to send a request: one that sends a byte now and then is hung up on. */
const REQUEST_MS = 30_000;

/**
 * Listens on loopback.
 *
 * @param port 0 for any free one
 * @param options.graceMs @default 5 s
 * @param options.requestMs after which a request that is not all there is answered 408. @default 30 s
 * @throws {UnavailableError} if the port is taken
 */
export async function listen(
  port: number,
  respond: Respond,
  log: (line: object) => void,
  options: { readonly graceMs?: number; readonly requestMs?: number } = {},
): Promise<RunningServer> {
  const { graceMs = GRACE_MS, requestMs = REQUEST_MS } = options;
  let isStopping = false;
  const timeouts = {
    requestTimeout: requestMs,
    headersTimeout: requestMs,
    connectionsCheckingInterval: requestMs / 3,
  };
  const server = createServer(timeouts, (request, response) => {
    // else a client that goes on asking over its connection would keep the server up
    if (isStopping) response.setHeader("connection", "close");
    respond(request, response).catch((error: unknown) => answerError(response, error, log));
  });
  await listening(server, port);
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : port,
    stop: () =>
      new Promise((resolve) => {
        isStopping = true;
        const timer = setTimeout(() => server.closeAllConnections(), graceMs);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) =>
      reject(
        cause.code === "EADDRINUSE"
          ? new UnavailableError(`port ${port} is taken; choose another with PORT`, { cause })
          : cause,
      ),
    );
    server.listen(port, "127.0.0.1", resolve);
  });
}

/** Writes a JSON answer. */
export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function answerError(response: ServerResponse, error: unknown, log: (line: object) => void): void {
  if (error instanceof PlatformError) {
    const { name, message } = error;
    answerJson(response, HTTP_STATUS[error.kind], { error: name, message });
    return;
  }
  log({ level: "error", error: error instanceof Error ? error.stack : String(error) });
  if (!response.headersSent) answerJson(response, 500, { error: "InternalError" });
  else response.destroy();
}
