import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { until } from "../../fixtures/e2e/until.ts";

export interface Emulator {
  readonly url: string;
  /** Ends it and every process that it started. */
  readonly stop: () => Promise<void>;
}

interface MinistackOptions {
  /** Python that has MiniStack. */
  readonly python: string;
  /** Takes its log, `emulator.log`. */
  readonly folder: string;
}

/** Starts MiniStack on a free port of loopback, in a process group of its own. */
export async function startMinistack({ python, folder }: MinistackOptions): Promise<Emulator> {
  const port = await freePort();
  // Functions are unpacked there: outside of the project, whose packages they must not find.
  const temporary = mkdtempSync(join(tmpdir(), "millrace-deploy-"));
  const log = openSync(join(folder, "emulator.log"), "a");
  const child = spawn(python, [join(import.meta.dirname, "with_stand_ins.py")], {
    detached: true,
    stdio: ["ignore", log, log],
    env: {
      ...environmentWithoutAws(),
      // The emulator runs functions with the `node` that it finds.
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
      TMPDIR: temporary,
      BIND_HOST: "127.0.0.1",
      // Functions have their role's session, signatures are checked, policies are enforced.
      AUTH: "true",
      GATEWAY_PORT: String(port),
    },
  });
  closeSync(log);
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    await stopGroup(child);
    rmSync(temporary, { recursive: true, force: true });
  };
  try {
    await until("the emulator answers", () => isUp(url, child), 60_000);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

/** So that no account of the person who runs this is ever used by a function. */
function environmentWithoutAws(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^AWS_|^NODE_OPTIONS$/.test(name)),
  );
}

async function isUp(url: string, child: ChildProcess): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`the emulator ended with ${child.exitCode}`);
  // refused until it listens
  return fetch(`${url}/_ministack/health`).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function stopGroup(child: ChildProcess): Promise<void> {
  const isOver = child.exitCode !== null || child.signalCode !== null;
  const exited = isOver ? undefined : once(child, "exit");
  if (child.pid !== undefined) killGroup(child.pid);
  await exited;
}

/** The processes of functions are in the emulator's group. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    // no process of the group is left
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("there is no free port");
  return address.port;
}
