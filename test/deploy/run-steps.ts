import { table } from "../../cli/table.ts";
import type { Step, World } from "./step.ts";

/** A line of the table. */
type Row = Readonly<Record<"step" | "seen" | "seconds", string>>;

/**
 * Runs steps in order, up to one that fails, and ends with a table of all of them.
 *
 * @returns whether none failed
 */
export async function runSteps(
  steps: readonly Step[],
  world: World,
  signal: AbortSignal,
): Promise<boolean> {
  const startedAt = performance.now();
  const rows: Row[] = [];
  let failure: unknown;
  for (const step of steps) {
    if (failure !== undefined) {
      rows.push({ step: step.name, seen: "not run", seconds: "-" });
      continue;
    }
    const stepAt = performance.now();
    console.error(`--- ${step.name}`);
    const seen = await Promise.race([step.run(world), stopped(signal)]).catch((error: unknown) => {
      if (step.endsWhenStopped && error === signal.reason) return "stopped, as it was asked to";
      failure = error;
      return `FAILED: ${String(error).split("\n")[0]}`;
    });
    rows.push({ step: step.name, seen, seconds: secondsSince(stepAt) });
    console.error(`    ${seen} (${secondsSince(stepAt)} s)`);
  }
  if (failure !== undefined) {
    console.error(`\n${failure instanceof Error ? failure.stack : failure}`);
    console.error(`\nlogs of cdk and of the emulator: ${world.folder}`);
  }
  const seen = failure === undefined ? "as it must be" : "FAILED";
  rows.push({ step: "all", seen, seconds: secondsSince(startedAt) });
  console.log(`\n${table(rows)}`);
  return failure === undefined;
}

const secondsSince = (startedAt: number): string =>
  ((performance.now() - startedAt) / 1_000).toFixed(1);

function stopped(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason));
  });
}
