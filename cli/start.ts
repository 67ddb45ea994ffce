import { PlatformError } from "../core/errors.ts";
import { testMetricsInWords } from "../core/evaluation/metric-words.ts";
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
  console.log(`console: open ${platform.url} in a browser`);
  if (platform.definitions.length === 0) {
    console.log(`there is no model yet: ${settings.modelsFolder} has no folder with a model.ts`);
  }

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
  console.log(`  ${await outcome(platform, model, execution)}`);
}

/** How a run ended, in one line. */
async function outcome(
  { registry }: Platform,
  model: string,
  { name, error }: Execution,
): Promise<string> {
  // a run that could not even be recorded is not there
  const run = (await registry.runs(model)).find(({ runId }) => runId === name);
  if (run?.version === undefined || run.error) {
    return `the run failed: ${run?.error ? `${run.error.name}: ${run.error.message}` : error}`;
  }
  const { version, status, metrics, reasons } = await registry.version(model, run.version);
  return status === "rejected"
    ? `version ${version} was rejected: ${reasons.join("; ")}`
    : `version ${version}: ${testMetricsInWords(metrics)}`;
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
  const { level, execution, outcome, alert, message, stack, notice } = line as LogLine;
  if (notice !== undefined) console.log(notice);
  // how a run goes is shown by its states
  if ((level !== "error" && level !== "warn") || (execution ?? outcome) !== undefined) return;
  const text = alert?.subject ?? (stack === undefined ? message : undefined);
  console.error(text ?? JSON.stringify(line));
}

interface LogLine {
  /** What the platform is busy with. */
  readonly notice?: string;
  readonly level?: string;
  readonly execution?: string;
  readonly outcome?: string;
  readonly alert?: { readonly subject: string };
  readonly message?: string;
  /** Of a bug: then everything that is known is shown. */
  readonly stack?: string;
}

main().catch((error: unknown) => {
  if (!(error instanceof PlatformError)) throw error;
  console.error(`millrace: ${error.message}`);
  process.exitCode = 1;
});
