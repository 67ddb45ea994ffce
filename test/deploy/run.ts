/**
 * `npm run test:deploy`: deploys the real app to an emulator of AWS, works with it, changes it, breaks
 * it and takes it down. Its log ends in a table of what was done. Exits 1 if something was not as it
 * must be, 2 where there is no emulator to be had. With `-- --stay` it deploys and waits for Ctrl-C.
 *
 * The emulator is MiniStack from PyPI, or whatever AWS_ENDPOINT_URL names.
 */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { openCloud } from "./cloud.ts";
import { openEmulator } from "./emulator/open-emulator.ts";
import { cdkCommand } from "./run-cdk.ts";
import { runSteps } from "./run-steps.ts";
import type { Step } from "./step.ts";
import { fireAlarms } from "./steps/alarms.ts";
import { predictBatch } from "./steps/batch.ts";
import { bootstrap } from "./steps/bootstrap.ts";
import { deny } from "./steps/deny.ts";
import { deploy } from "./steps/deploy.ts";
import { deployChange, showDiff } from "./steps/deploy-change.ts";
import { deployUnchanged } from "./steps/deploy-unchanged.ts";
import { destroy } from "./steps/destroy.ts";
import { doctor } from "./steps/doctor.ts";
import { deployMended, failHalfway } from "./steps/fail-halfway.ts";
import { firstAttempt } from "./steps/first-attempt.ts";
import { monitor } from "./steps/monitor.ts";
import { predictOnce } from "./steps/predict.ts";
import { predictionLog } from "./steps/prediction-log.ts";
import { secondVersion } from "./steps/second-version.ts";
import { stay } from "./steps/stay.ts";
import { streamFeatures } from "./steps/stream-features.ts";
import { train } from "./steps/train.ts";

const STEPS: readonly Step[] = [
  bootstrap,
  firstAttempt,
  deploy,
  train,
  predictOnce,
  streamFeatures,
  predictionLog,
  monitor,
  deny,
  doctor,
  secondVersion,
  predictBatch,
  deployUnchanged,
  showDiff,
  deployChange,
  failHalfway,
  deployMended,
  fireAlarms,
  destroy,
];
const STAYING: readonly Step[] = [bootstrap, deploy, stay];

const root = join(import.meta.dirname, "..", "..");
const folder = join(root, ".cache", "deploy");
const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => stopping.abort(new Error(`stopped by ${signal}`)));
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
// Nothing that still waits for something keeps the process.
process.exit(await main());

async function main(): Promise<number> {
  const emulator = await openEmulator({ root, folder });
  if (!emulator) return 2;
  const { url: endpoint } = emulator;
  const { signal } = stopping;
  const cdk = cdkCommand({ root, endpoint, folder, signal });
  const steps = process.argv.includes("--stay") ? STAYING : STEPS;
  try {
    return (await runSteps(steps, { cloud: openCloud(endpoint), cdk, folder }, signal)) ? 0 : 1;
  } finally {
    await emulator.stop();
  }
}
