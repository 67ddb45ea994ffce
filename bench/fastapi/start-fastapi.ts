import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { FASTAPI_PYTHON } from "./venv.ts";

export interface FastapiServer {
  /** Where predictions are asked for. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts `serve.py` with a graph's file and waits until it listens. */
export async function startFastapi(graph: string): Promise<FastapiServer> {
  const port = await freePort();
  const script = join(import.meta.dirname, "serve.py");
  const child = spawn(FASTAPI_PYTHON, [script, graph, String(port)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === "ready") break;
  }
  return {
    url: `http://127.0.0.1:${port}/predictions`,
    stop: async () => {
      if (child.exitCode !== null) return;
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
