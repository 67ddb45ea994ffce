/**
 * `npm run test:deploy`: deploys the real app to an emulator of AWS, works with it, changes it, breaks
 * it and takes it down. Its log ends in a table of what was done. Exits 1 if something was not as it
 * must be, 2 where there is no emulator to be had.
 *
 * The emulator is MiniStack from PyPI, or whatever AWS_ENDPOINT_URL names.
 */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { table } from "../../cli/table.ts";
import { openCloud } from "./cloud.ts";
import { ministackPython } from "./emulator/ministack-venv.ts";
import { type Emulator, startMinistack } from "./emulator/start-ministack.ts";
import { cdkCommand } from "./run-cdk.ts";
import type { World } from "./step.ts";
import { bootstrap } from "./steps/bootstrap.ts";
import { deploy } from "./steps/deploy.ts";
import { deployChange, showDiff } from "./steps/deploy-change.ts";
import { deployUnchanged } from "./steps/deploy-unchanged.ts";
import { deployMended, failHalfway } from "./steps/fail-halfway.ts";
import { monitor } from "./steps/monitor.ts";
import { predictOnce } from "./steps/predict.ts";
import { predictionLog } from "./steps/prediction-log.ts";
import { secondVersion } from "./steps/second-version.ts";
import { train } from "./steps/train.ts";

const STEPS = [
  bootstrap,
  deploy,
  train,
  predictOnce,
  predictionLog,
  monitor,
  secondVersion,
  deployUnchanged,
  showDiff,
  deployChange,
  failHalfway,
  deployMended,
];

const root = join(import.meta.dirname, "..", "..");
const folder = join(root, ".cache", "deploy");
const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => stopping.abort(new Error(`stopped by ${signal}`)));
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
process.exitCode = await main();

async function main(): Promise<number> {
  const emulator = await openEmulator();
  if (!emulator) return 2;
  try {
    return (await runSteps(worldOf(emulator))) ? 0 : 1;
  } finally {
    await emulator.stop();
  }
}

async function openEmulator(): Promise<Emulator | undefined> {
  const given = process.env.AWS_ENDPOINT_URL;
  if (given) return { url: emulatorUrl(given), stop: async () => {} };
  let python: string;
  try {
    python = ministackPython(root);
  } catch (error) {
    console.error(`not run: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
  return startMinistack({ python, folder });
}

/** @throws {Error} for AWS itself: this test deploys, breaks and removes stacks. */
function emulatorUrl(given: string): string {
  if (/\.(amazonaws|api\.aws)\b/.test(new URL(given).hostname)) {
    throw new Error(`AWS_ENDPOINT_URL is ${given}; this test is for emulators only`);
  }
  return given;
}

function worldOf({ url }: Emulator): World {
  return {
    cloud: openCloud(url),
    cdk: cdkCommand({ root, endpoint: url, folder, signal: stopping.signal }),
    folder,
    log: (line) => console.error(`      ${line}`),
  };
}

/** Runs the steps in order, up to one that fails; the table has a line for each. */
async function runSteps(world: World): Promise<boolean> {
  const rows: { step: string; seen: string; seconds: string }[] = [];
  let failure: unknown;
  for (const { name, run } of STEPS) {
    if (failure !== undefined) {
      rows.push({ step: name, seen: "not run", seconds: "-" });
      continue;
    }
    const startedAt = performance.now();
    console.error(`--- ${name}`);
    const seen = await Promise.race([run(world), stopped()]).catch((error: unknown) => {
      failure = error;
      return `FAILED: ${String(error).split("\n")[0]}`;
    });
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.error(`    ${seen} (${seconds} s)`);
    rows.push({ step: name, seen, seconds });
  }
  if (failure !== undefined) {
    console.error(`\n${failure instanceof Error ? failure.stack : failure}`);
    console.error(`\nlogs of the emulator and of cdk: ${folder}`);
  }
  console.log(`\n${table(rows)}`);
  return failure === undefined;
}

function stopped(): Promise<never> {
  return new Promise((_resolve, reject) => {
    const { signal } = stopping;
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason));
  });
}
