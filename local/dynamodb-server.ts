import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { UnavailableError } from "../core/errors.ts";

export interface DynamodbServer {
  /** For `DynamoDBClient`; any credentials and region will do. */
  readonly endpoint: string;
  /** Ends the server after its last write, if it was started here. */
  stop(): Promise<void>;
}

/**
 * Runs a command until standard input ends. The kernel closes the pipe when its writer dies, by
 * whatever signal, so that no server outlives the process that started it.
 */
const UNTIL_STDIN_ENDS = `
exec 3<&0 </dev/null
"$@" 3<&- &
server=$!
( cat <&3 >/dev/null; kill "$server" 2>/dev/null ) &
exec 3<&-
wait "$server"`;

const ATTEMPTS = 5;
const START_TIMEOUT_MS = 10_000;
const STOP_TIMEOUT_MS = 5_000;
const POLL_MS = 10;

/**
 * A DynamoDB-compatible server: the one that `AWS_ENDPOINT_URL_DYNAMODB` names, otherwise a dynoxide
 * of this process on a free loopback port, keeping its tables in one SQLite file. It ends with this
 * process, even if that is killed. Writes that were answered survive that.
 *
 * @param dbPath the SQLite file; its directory is created
 * @param endpoint the value of `AWS_ENDPOINT_URL_DYNAMODB`
 * @throws {UnavailableError} if there is no server for this platform, or it does not start.
 */
export async function startDynamodbServer(
  dbPath: string,
  endpoint: string | undefined = process.env.AWS_ENDPOINT_URL_DYNAMODB,
): Promise<DynamodbServer> {
  if (endpoint) return { endpoint, stop: async () => {} };

  const binary = dynoxidePath();
  await mkdir(dirname(dbPath), { recursive: true });
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const child = spawn(
      "/bin/sh",
      [
        "-c",
        UNTIL_STDIN_ENDS,
        "dynoxide",
        binary,
        "serve",
        "--port",
        `${port}`,
        "--db-path",
        dbPath,
      ],
      // A group of its own: Ctrl-C is for the platform, which then stops the server in its own time.
      { detached: true, stdio: ["pipe", "ignore", "pipe"] },
    );
    const started = await untilAnswering(child, port);
    if (started === "answering") {
      return { endpoint: `http://127.0.0.1:${port}`, stop: () => stop(child) };
    }
    await stop(child);
    // Another process may have taken the port in between.
    if (attempt === ATTEMPTS) {
      throw new UnavailableError(`the dynamodb server did not start on ${dbPath}: ${started}`);
    }
  }
}

/** @throws {UnavailableError} if dynoxide's package for this platform is not installed. */
export function dynoxidePath(platform = `${process.platform}-${process.arch}`): string {
  const name = `@dynoxide/${platform}`;
  try {
    return createRequire(import.meta.url).resolve(`${name}/dynoxide`);
  } catch (cause) {
    throw new UnavailableError(
      `no dynamodb server: package ${name} is not installed; install it (npm install ${name}), or start any DynamoDB Local and set AWS_ENDPOINT_URL_DYNAMODB to its address`,
      { cause },
    );
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return address.port;
}

/** @returns "answering", or what the server said before it ended or the time was up. */
async function untilAnswering(child: ChildProcess, port: number): Promise<string> {
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said = `${said}${text}`.slice(-2_000);
  });
  let failure: string | undefined;
  child.once("error", (error) => {
    failure = error.message;
  });
  child.once("exit", (code) => {
    failure ??= `it ended with code ${code}`;
  });
  const deadline = AbortSignal.timeout(START_TIMEOUT_MS);
  while (failure === undefined && !deadline.aborted) {
    if (await answers(port)) return "answering";
    await wait(POLL_MS);
  }
  return `${failure ?? `no answer within ${START_TIMEOUT_MS} ms`} ${said}`.trim();
}

/** Whether a DynamoDB server listens on the port. */
async function answers(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/`, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "DynamoDB_20120810.ListTables",
        authorization:
          "AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
        "x-amz-date": "20260101T000000Z",
      },
      body: "{}",
    });
    return response.ok;
  } catch {
    // Not listening yet: the caller asks again until its time is up.
    return false;
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, "exit");
  child.stdin?.end();
  const inTime = await Promise.race([ended, wait(STOP_TIMEOUT_MS, "late", { ref: false })]);
  if (inTime !== "late") return;
  process.kill(-child.pid, "SIGKILL");
  await ended;
}
