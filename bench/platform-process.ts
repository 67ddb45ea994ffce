import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

export interface PlatformProcess {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/**
 * Starts `npm start`'s program in a process of its own, with one model only, and waits until it has a
 * champion.
 *
 * @param models folder that has the model's folder
 */
export async function startPlatformProcess(
  home: string,
  model: string,
  models = resolve("models"),
): Promise<PlatformProcess> {
  const MILLRACE_MODELS = await onlyModel(model, models);
  const child = spawn(process.execPath, ["cli/start.ts"], {
    env: { ...process.env, PORT: "0", MILLRACE_HOME: home, MILLRACE_MODELS },
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

/** A folder of models that has this one only: the others would be trained while something is measured. */
async function onlyModel(model: string, models: string): Promise<string> {
  const folder = resolve(".cache/bench-models", model);
  await mkdir(join(folder, model), { recursive: true });
  const original = JSON.stringify(join(models, model, "model.ts"));
  await writeFile(join(folder, model, "model.ts"), `export { model } from ${original};\n`);
  return folder;
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
