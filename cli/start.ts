import { PlatformError } from "../core/errors.ts";
import type { Execution } from "../local/executions.ts";
import { type Platform, startPlatform } from "../local/platform.ts";
import { curlFor } from "./curl-for.ts";
import { newProgressLines } from "./follow-run.ts";
import { settingsOf } from "./settings.ts";

/** `npm start`: the platform on this machine, until Ctrl-C. */
async function main(): Promise<void> {
  const settings = settingsOf(process.env);
  const platform = await startPlatform({ ...settings, log: logLine });
  console.log(`millrace listens on ${platform.url}, keeps everything in ${settings.home}`);

  const stopped = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, resolve);
  });
  await Promise.race([trainAll(platform), stopped]);
  await stopped;
  console.log("\nstopping");
  await platform.stop();
}

/** Trains every model that has no champion yet, and shows how to ask each one. */
async function trainAll(platform: Platform): Promise<void> {
  for (const definition of platform.definitions) {
    const { name } = definition;
    const aliases = await platform.registry.aliases(name);
    if (!aliases.some(({ alias }) => alias === "champion")) await train(platform, name);
    const champion = (await platform.registry.aliases(name)).find(
      ({ alias }) => alias === "champion",
    );
    if (champion === undefined) continue;
    console.log(`\n${name}: version ${champion.version} is champion. Ask it:\n`);
    console.log(`  ${curlFor(platform.url, definition)}\n`);
  }
}

async function train(platform: Platform, model: string): Promise<void> {
  console.log(`\n${model} has no champion yet: training it`);
  const { name } = platform.executions.start("training", {
    model,
    reason: "no champion yet",
    requestedBy: "npm start",
  });
  const timer = setInterval(() => show(platform.executions.find(name)), 100);
  const show = progressShower();
  const execution = await platform.executions.ended(name);
  clearInterval(timer);
  show(execution);
  const { metrics, version } = await registered(platform, model, name);
  console.log(
    version === undefined
      ? `  the run failed: ${execution.error}; see npx millrace runs ${model}`
      : `  version ${version}: test ROC-AUC ${metrics?.rocAuc?.toFixed(4)}, log-loss ${metrics?.logLoss?.toFixed(4)}`,
  );
}

async function registered({ registry }: Platform, model: string, runId: string) {
  const versions = await registry.versions(model);
  const version = versions.find((other) => other.runId === runId);
  return { version: version?.version, metrics: version?.metrics };
}

/** Writes a line for each state that is over; on a terminal also the one under way, in place. */
function progressShower(): (execution: Execution | undefined) => void {
  const told = new Set<number>();
  return (execution) => {
    const states = execution?.states ?? [];
    const isTerminal = process.stdout.isTTY;
    if (isTerminal) process.stdout.write("\r\u001b[K");
    for (const line of newProgressLines(states, told)) console.log(line);
    const current = states.filter(({ status }) => status === "running").at(-1);
    if (!isTerminal || !current || execution?.status !== "running") return;
    const seconds = ((Date.now() - current.startedAt) / 1000).toFixed(0);
    process.stdout.write(`  … ${current.state} ${seconds} s`);
  };
}

/** What a person should see; the rest is in the registry and in the home. */
function logLine(line: object): void {
  const { level } = line as { readonly level?: string };
  if (level === "error" || level === "warn") console.error(JSON.stringify(line));
}

main().catch((error: unknown) => {
  if (!(error instanceof PlatformError)) throw error;
  console.error(`millrace: ${error.message}`);
  process.exitCode = 1;
});
