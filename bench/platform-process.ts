import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface PlatformProcess {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts `npm start`'s program in a process of its own and waits until it has a champion. */
export async function startPlatformProcess(home: string): Promise<PlatformProcess> {
  const child = spawn(process.execPath, ["cli/start.ts"], {
    env: { ...process.env, PORT: "0", MILLRACE_HOME: home },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await readyUrl(child);
  return {
    url,
    pid: child.pid as number,
    stop: async () => {
      if (child.exitCode !== null) return;
      child.kill("SIGINT");
      await once(child, "exit");
    },
  };
}

async function readyUrl(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("the platform has no standard output");
  for await (const line of createInterface({ input: child.stdout })) {
    const [url] = /(?<=curl -s )http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
    if (url === undefined) continue;
    child.stdout.resume();
    return url;
  }
  throw new Error("the platform ended before it had a champion");
}
